"""The API first, then the pages."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from . import api, views

app_name = "polls"

router = SimpleRouter()
router.register("questions", api.QuestionViewSet, basename="question")

urlpatterns = [
    path("api/", include(router.urls)),
    path("", views.IndexView.as_view(), name="index"),
    path("<int:pk>/", views.DetailView.as_view(), name="detail"),
    path("<int:pk>/results/", views.ResultsView.as_view(), name="results"),
    path("<int:pk>/vote/", views.VoteView.as_view(), name="vote"),
]
