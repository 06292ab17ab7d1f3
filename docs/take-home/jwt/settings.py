import os
from datetime import timedelta

INSTALLED_APPS += ["rest_framework", "rest_framework_simplejwt.token_blacklist"]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}

SIMPLE_JWT = {
    "SIGNING_KEY": os.environ["JWT_SIGNING_KEY"],  # of its own: whoever learns SECRET_KEY signs no tokens
    "ISSUER": "https://example.org",
    "AUDIENCE": "example-api",  # a token for another site is none for this one
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=5),  # so long an access token outlives its logout
    "REFRESH_TOKEN_LIFETIME": timedelta(days=1),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,  # a used refresh token is refused; what it gave lives on
    "CHECK_REVOKE_TOKEN": True,  # a new password ends the tokens of the old one
}
