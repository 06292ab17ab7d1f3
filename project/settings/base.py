"""What every profile has: all storage, so that one database serves every profile and a toggle needs no migration."""

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from project.settings import env

BASE_DIR = Path(__file__).resolve().parents[2]

# Where it runs: DEBUG (local), LAB (local measurements, on under DEBUG), or deployed (neither).

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret("SECRET_KEY", local=DEBUG, least=50)
LAB = env.flag("LAB") or DEBUG
HTTPS = env.flag("HTTPS", default=not LAB)
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", LOOPBACK if LAB else [])
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS")
PUBLIC_URL = env.origin("PUBLIC_URL", "http://127.0.0.1:8000")
PROXIES = env.number("PROXIES", 0, high=10)
INSPECTOR = DEBUG
"""Whether this site keeps the last requests to its API, secrets included, for the page that shows them. Never outside DEBUG."""
DEMO_SITES = env.sites("DEMO_SITES") if LAB else {}
"""The sites that run beside this one, itself among them: profile -> address. The demo sets it."""

if LAB and not set(ALLOWED_HOSTS) <= set(LOOPBACK):
    raise ImproperlyConfigured(
        f"ALLOWED_HOSTS={','.join(ALLOWED_HOSTS)!r} can't be used in the lab (DEBUG or LAB). Accepted: {', '.join(LOOPBACK)}."
    )
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set. Accepted: the names this site answers to, separated by commas.")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS='*' can't be used. Accepted: the names this site answers to.")
for _origin in CSRF_TRUSTED_ORIGINS:
    if "://" not in _origin:
        raise ImproperlyConfigured(f"CSRF_TRUSTED_ORIGINS={_origin!r} can't be used. Accepted: origins with their scheme.")

# What it is made of

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "schemes.oauth2",  # before the toolkit: it has a stricter command of the same name
    "oauth2_provider",
    "social_django",
    "project.accounts",
    "project.social",
    "project.compare",
    "project.inspector",
    "project.walkthrough",
    "project.demo",
    "polls",
    "schemes",
    "schemes.session",
    "schemes.token",
    "schemes.jwt",
]

MIDDLEWARE = [
    "project.middleware.ApiRules",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "project.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "project.middleware.Common",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "project.middleware.TimeZone",
    "project.errors.Errors",
]
if INSPECTOR:
    MIDDLEWARE = ["project.inspector.recorder.Recorder", *MIDDLEWARE]

ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "project.pages.profile",
            ]
        },
    }
]

# Where it keeps things

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
_database = DATABASES["default"]
_sqlite = _database["ENGINE"].endswith("sqlite3")
DATABASE_CONNECTIONS = env.one_of("DATABASE_CONNECTIONS", "kept" if _sqlite else "pool", ("kept", "pool", "bouncer"))
"""How a process holds on to its database. `kept`: a connection a thread, SQLite's only way. `pool`: psycopg's, at most
DATABASE_POOL connections a process: a server asks its threads in turn, so that as many as it has would soon keep one each.
`bouncer`: as kept, but to PgBouncer, which lends a connection for a transaction alone: nothing that a session remembers can be
used."""
_database["CONN_MAX_AGE"] = None  # a connection a thread, kept; opening one costs more than authenticating
if _sqlite:
    if DATABASE_CONNECTIONS != "kept":
        raise ImproperlyConfigured(
            f"DATABASE_CONNECTIONS={DATABASE_CONNECTIONS!r} can't be used with SQLite. "
            "Accepted: kept, or a DATABASE_URL of PostgreSQL."
        )
    _database["ENGINE"] = "project.sqlite3"
    _database["OPTIONS"] = {  # readers never wait, writers queue up instead of failing
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    _database["CONN_HEALTH_CHECKS"] = True  # a database that came back needs no restart of ours; a file does not go away
    _database["OPTIONS"] = _database.get("OPTIONS", {}) | {
        "connect_timeout": 3,  # seconds
        "tcp_user_timeout": 5000,  # milliseconds, on Linux, for what was sent to a machine that is gone
    }
    if DATABASE_CONNECTIONS == "bouncer":  # it takes no options; the role has the time-outs, see docs/deploy
        _database["DISABLE_SERVER_SIDE_CURSORS"] = True
    else:
        _database["OPTIONS"]["options"] = "-c statement_timeout=15000 -c lock_timeout=10000"
    if DATABASE_CONNECTIONS == "pool":
        _database["CONN_MAX_AGE"] = 0  # given back to the pool, which checks a connection before it lends it
        _database["OPTIONS"]["pool"] = {
            "min_size": 1,
            "max_size": env.number("DATABASE_POOL", 10, low=1, high=1000),
            "timeout": 2,  # to wait for a free connection, or for a database that is gone
            "reconnect_timeout": 1,  # then it waits for the next request, which finds out whether the database is back
        }

CACHES = {"default": env.cache("CACHE_URL", "locmem://")}

# Who its users are

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["project.accounts.credentials.Backend"]
SOCIAL_PROVIDERS: dict[str, Any] = {}
"""Other sites whose accounts open this one; see `social.py`."""
PASSWORD_HASHERS = [
    "project.accounts.hashers.Argon2Hasher",
    "project.accounts.hashers.PBKDF2Hasher",
    "project.accounts.hashers.ClientSecretHasher",
]
HASHES_AT_ONCE = env.number("HASHES_AT_ONCE", 1, low=1)
HASHES_WAITING = env.number("HASHES_WAITING", 30, high=1000)
"""How many passwords are hashed in one process, and how many wait for their turn, each holding a thread of the server."""
HASH_PATIENCE = 25
"""Seconds that a sign-in waits for its turn before it is a 503."""
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {"NAME": "project.accounts.validators.PublishedPasswordValidator"},
]
LOGIN_GUESSES = 10
"""Wrong passwords in a row, for one name from one address, before the cool-off."""
LOGIN_COOLOFF = env.seconds("LOGIN_COOLOFF", 300)
LOGIN_GUESSES_ADDRESS = env.number("LOGIN_GUESSES_ADDRESS", 1000, low=LOGIN_GUESSES, high=1_000_000)
"""Wrong passwords from one address, whatever the names, in LOGIN_COOLOFF seconds: many people may share an address."""
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "polls:index"
LOGOUT_REDIRECT_URL = "home"

# Sessions: the session profile's credential, and the admin's in every profile

SESSION_ENGINE = "schemes.session.store"
SESSION_COOKIE_AGE = env.seconds("SESSION_COOKIE_AGE", 14 * 24 * 3600)
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
HOST_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{HOST_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{HOST_PREFIX}csrftoken"
CSRF_FAILURE_VIEW = "project.errors.csrf_failure"

# The API

API_CACHE_CONTROL = "no-store"
"""Of an answer of the API that says nothing of caches itself (RFC 6749, section 5.1; ASVS 14.3.2)."""

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["project.accounts.permissions.IsPerson"],
    "DEFAULT_PARSER_CLASSES": ["project.parsers.JSONParser", "rest_framework.parsers.FormParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]
    + (["rest_framework.renderers.BrowsableAPIRenderer"] if DEBUG else []),
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "project.negotiation.Negotiation",
    "DEFAULT_SCHEMA_CLASS": "project.schema.Schema",
    "EXCEPTION_HANDLER": "project.errors.api",
    "NUM_PROXIES": PROXIES,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Polls",
    "VERSION": "1",
    "DESCRIPTION": "One polls API, protected by one scheme at a time.",
    "LICENSE": {"name": "MIT", "url": "https://opensource.org/license/mit"},
    "SERVERS": [{"url": "/", "description": "Where this document was read."}],
    "TAGS": [
        {"name": "accounts", "description": "Registration, one's own account, a new password: the same in every profile."},
        {"name": "auth", "description": "The verbs of the active scheme, and which credentials the caller holds."},
        {"name": "polls", "description": "Questions and votes, the protected resource: the same in every profile."},
    ],
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "project.openapi.complete"],
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
}

# The toolkit is installed in every profile (one database), so its storage and its checks are everybody's. Every RFC 9700
# gate is on but the password grant's: the owner wants that grant, and RFC 9700 section 2.4 says it must not be used.

SCOPES = {"read": "Read polls and your account", "write": "Vote, and change your account"}
OAUTH2_PROVIDER = {
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": False,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": not LAB,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["http", "https"] if LAB else ["https"],
    "APPLICATION_ADMIN_CLASS": "schemes.oauth2.applications.ApplicationAdmin",
    "CLIENT_SECRET_HASHER": "client_secret",
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "SCOPES": SCOPES,
}

OIDC_ENABLED = env.flag("OIDC_ENABLED")
"""The one switch of OpenID Connect, in the oauth2 profile: who signed in is told too, by an id token and at userinfo."""

# Our rows point at the toolkit's; Django's migrations want the names of models that could be swapped to be said.
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "oauth2_provider.AccessToken"
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"

# Security headers and limits

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [
    r"^healthz$",
    r"^(auth|accounts|polls/api|api)(/|$)",
]  # project.middleware.ApiRules refuses there
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Time and language

TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGE_CODE = "en-us"
USE_I18N = False

# Static files

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "templates" / "static"]
WHITENOISE_USE_FINDERS = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LAB
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Logs: one structured line for each event of an account or a credential, never a secret

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger", "message": "event"},
        }
    },
    "handlers": {
        "events": {"class": "logging.StreamHandler", "formatter": "json"},
    },
    "loggers": {
        "events": {"handlers": ["events"], "level": "INFO", "propagate": False},
        "oauthlib": {"level": "WARNING"},  # at DEBUG it writes whole tokens
        "oauth2_provider": {"level": "ERROR"},  # it warns of the password grant at every sign-in; the check says it once
    },
}
