"""What every stock profile takes back of the base: Django, REST framework and the toolkit as they ship.

What belongs to the site and to no scheme stays as it is: password hashes and rules, error pages, headers of pages. A tuple
replaces a list of the base.
"""

from project.settings import base

AUTHENTICATION_BACKENDS = ("django.contrib.auth.backends.ModelBackend",)
SESSION_ENGINE = "django.contrib.sessions.backends.db"
API_CACHE_CONTROL = ""
OAUTH2_PROVIDER = {gate: False for gate in base.OAUTH2_PROVIDER if gate.startswith("COMPLIANT_")} | {
    "APPLICATION_ADMIN_CLASS": "oauth2_provider.admin.ApplicationAdmin",
    "CLIENT_SECRET_HASHER": "default",
    "REFRESH_TOKEN_REUSE_PROTECTION": False,
}
