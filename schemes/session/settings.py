"""What the session profile adds. Sessions themselves stand in the base: the admin uses them in every profile."""

REST_FRAMEWORK = {"DEFAULT_AUTHENTICATION_CLASSES": ["schemes.session.authentication.Authentication"]}
