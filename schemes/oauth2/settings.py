"""What the oauth2 profile adds. The toolkit's storage and its RFC 9700 gates stand in the base: it is always installed."""

from project.settings import env

OAUTH2_ACCESS_LIFETIME = env.seconds("OAUTH2_ACCESS_LIFETIME", 5 * 60)
OAUTH2_REFRESH_LIFETIME = env.seconds("OAUTH2_REFRESH_LIFETIME", 24 * 3600)

OAUTH2_PROVIDER = {
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.LegacyApplicationServer",  # the password grant and its refresh, nothing else
    "OAUTH2_VALIDATOR_CLASS": "schemes.oauth2.validator.Validator",
    "ACCESS_TOKEN_EXPIRE_SECONDS": OAUTH2_ACCESS_LIFETIME,
    "REFRESH_TOKEN_EXPIRE_SECONDS": OAUTH2_REFRESH_LIFETIME,
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
}

REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["schemes.oauth2.authentication.Authentication"]}
