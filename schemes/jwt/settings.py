"""What the jwt profile adds."""

from datetime import timedelta

from project.settings import base, env

JWT_ACCESS_LIFETIME = env.seconds("JWT_ACCESS_LIFETIME", 5 * 60)
JWT_REFRESH_LIFETIME = env.seconds("JWT_REFRESH_LIFETIME", 24 * 3600)

_KEY_BYTES = {"HS256": 32, "HS384": 48, "HS512": 64}  # RFC 7518, section 3.2: as long as the hash
_algorithm = env.one_of("JWT_ALGORITHM", "HS256", [*_KEY_BYTES, *env.KEY_PAIRS])
if _algorithm in env.KEY_PAIRS:
    _key = env.private_keys("JWT_SIGNING_KEY", _algorithm, local=base.DEBUG)
else:
    _key = env.secret("JWT_SIGNING_KEY", local=base.DEBUG, least=_KEY_BYTES[_algorithm], other_than=base.SECRET_KEY)

SIMPLE_JWT = {
    "ALGORITHM": _algorithm,
    "SIGNING_KEY": _key,
    "ISSUER": base.PUBLIC_URL,
    "AUDIENCE": "polls",
    "LEEWAY": 0,
    "ACCESS_TOKEN_LIFETIME": timedelta(seconds=JWT_ACCESS_LIFETIME),
    "REFRESH_TOKEN_LIFETIME": timedelta(seconds=JWT_REFRESH_LIFETIME),
}

REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["schemes.jwt.authentication.Authentication"]}
