"""What the basic profile adds."""

REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["schemes.basic.authentication.Authentication"]}
