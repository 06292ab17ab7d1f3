"""What this site is measured against: Django as `startproject` makes it, and one library as its documentation sets it up.

PEER names the library; without one nobody has to sign in, which is the floor that everything is a ratio of. PEER_DATABASE is a
file with the tables of that library alone: SQLite reads the whole schema whenever a connection is opened.
"""

import os

PEERS = {
    "floor": ([], []),
    "drf-session": ([], ["rest_framework.authentication.SessionAuthentication"]),
    "drf-token": (["rest_framework.authtoken"], ["rest_framework.authentication.TokenAuthentication"]),
    "simplejwt": ([], ["rest_framework_simplejwt.authentication.JWTAuthentication"]),
    "simplejwt-blacklist": (
        ["rest_framework_simplejwt.token_blacklist"],
        ["rest_framework_simplejwt.authentication.JWTAuthentication"],
    ),
    "toolkit": (["oauth2_provider"], ["oauth2_provider.contrib.rest_framework.OAuth2Authentication"]),
    "knox": (["knox"], ["knox.auth.TokenAuthentication"]),
}
"""Name -> what is added to INSTALLED_APPS, and the authentication classes."""

PEER = os.environ.get("PEER", "floor")
apps, authentication = PEERS[PEER]

SECRET_KEY = "peer" * 16
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    *apps,
    "polls",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "tests.peers.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ.get("PEER_DATABASE", ":memory:")}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
STATIC_URL = "static/"

# Without it `cleartokens` leaves, for ever, every token that has a refresh token.
OAUTH2_PROVIDER = {"REFRESH_TOKEN_EXPIRE_SECONDS": 1}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": authentication,
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 20,
}
if authentication:
    REST_FRAMEWORK["DEFAULT_PERMISSION_CLASSES"] = ["rest_framework.permissions.IsAuthenticated"]
