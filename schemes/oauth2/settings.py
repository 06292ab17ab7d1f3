"""What the oauth2 profile adds. The toolkit's storage and its RFC 9700 gates stand in the base: it is always installed."""

from project.settings import base, env

OAUTH2_ACCESS_LIFETIME = env.seconds("OAUTH2_ACCESS_LIFETIME", 5 * 60)
OAUTH2_REFRESH_LIFETIME = env.seconds("OAUTH2_REFRESH_LIFETIME", 24 * 3600)
OAUTH2_RESOURCE_SERVERS = env.names("OAUTH2_RESOURCE_SERVERS")
"""Client ids of confidential applications that may ask for the state of everybody's tokens (RFC 7662, section 4)."""

OAUTH2_PROVIDER = {
    "OAUTH2_SERVER_CLASS": "schemes.oauth2.server.Server",
    "OAUTH2_VALIDATOR_CLASS": "schemes.oauth2.validator.Validator",
    "SCOPES_BACKEND_CLASS": "schemes.oauth2.server.Scopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": OAUTH2_ACCESS_LIFETIME,
    "REFRESH_TOKEN_EXPIRE_SECONDS": OAUTH2_REFRESH_LIFETIME,
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "OIDC_ISS_ENDPOINT": base.PUBLIC_URL,
}

if base.OIDC_ENABLED:
    _signing, *_retired = env.PEM.findall(env.private_keys("OIDC_RSA_PRIVATE_KEY", "RS256", local=base.DEBUG))
    OAUTH2_PROVIDER |= {
        "OIDC_ENABLED": True,
        "OIDC_RSA_PRIVATE_KEY": env.Secret(_signing),
        "OIDC_RSA_PRIVATE_KEYS_INACTIVE": [env.Secret(key) for key in _retired],
        "ID_TOKEN_EXPIRE_SECONDS": OAUTH2_ACCESS_LIFETIME,
        "SCOPES": base.SCOPES | {"openid": "Know who you are", "profile": "See your name", "email": "See your email address"},
    }

REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["schemes.oauth2.authentication.Authentication"]}
