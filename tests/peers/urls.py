"""The API, and the sign-in of each library where our own profiles have theirs."""

from django.conf import settings
from django.urls import include, path
from rest_framework.routers import SimpleRouter

from tests.peers.api import QuestionViewSet

router = SimpleRouter()
router.register("questions", QuestionViewSet)

urlpatterns = [path("polls/api/", include(router.urls))]

if settings.PEER == "drf-session":
    urlpatterns += [path("auth/", include("rest_framework.urls"))]
elif settings.PEER == "drf-token":
    from rest_framework.authtoken.views import obtain_auth_token

    urlpatterns += [path("auth/login/", obtain_auth_token)]
elif settings.PEER.startswith("simplejwt"):
    from rest_framework_simplejwt.views import TokenObtainPairView

    urlpatterns += [path("auth/login/", TokenObtainPairView.as_view())]
elif settings.PEER == "toolkit":
    urlpatterns += [path("auth/", include("oauth2_provider.urls", namespace="oauth2_provider"))]
elif settings.PEER == "knox":
    from knox.views import LoginView
    from rest_framework.authentication import BasicAuthentication

    urlpatterns += [path("auth/login/", LoginView.as_view(authentication_classes=[BasicAuthentication]))]
