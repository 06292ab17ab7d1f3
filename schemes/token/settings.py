"""What the token profile adds."""

from project.settings import env

TOKEN_EXPIRE_TIME = env.seconds("TOKEN_EXPIRE_TIME", 14 * 24 * 3600)

REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["schemes.token.authentication.Authentication"]}
