"""The dialogue of the scheme, as data."""

from django.conf import settings

from schemes.contract import FORM, Scheme, Step

CLIENT = {"client_id": "{client_id}", "client_secret": "{client_secret}"}

SCHEME = Scheme(
    name="oauth2",
    title="OAuth2",
    authorization="Authorization: Bearer {access_token}",
    read={"Authorization": "Bearer {access_token}"},
    write={"Authorization": "Bearer {access_token}"},
    refused=401,
    lifetimes={"access_token": "OAUTH2_ACCESS_LIFETIME", "refresh_token": "OAUTH2_REFRESH_LIFETIME"},
    security={
        "type": "oauth2",
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "/auth/authorize/",
                "tokenUrl": "/auth/token/",
                "refreshUrl": "/auth/token/",
                "scopes": settings.SCOPES,
            },
            "clientCredentials": {"tokenUrl": "/auth/token/", "scopes": {"read": settings.SCOPES["read"]}},
            "password": {"tokenUrl": "/auth/token/", "refreshUrl": "/auth/token/", "scopes": settings.SCOPES},
        },
    },
    before=None,
    login=Step(
        method="POST",
        path="/auth/token/",
        why="The client sends your password and its own secret (the password grant: RFC 9700 says not to use it).",
        body={"grant_type": "password", "username": "{username}", "password": "{password}", **CLIENT},
        content_type=FORM,
        keep={"access_token": "access_token", "refresh_token": "refresh_token"},
        without={"password": 400, "client_secret": 401},
    ),
    refresh=Step(
        method="POST",
        path="/auth/token/",
        why="The access token lives for minutes; the refresh token gives the next pair, and only once.",
        body={"grant_type": "refresh_token", "refresh_token": "{refresh_token}", **CLIENT},
        content_type=FORM,
        keep={"access_token": "access_token", "refresh_token": "refresh_token"},
        without={"refresh_token": 400, "client_secret": 401},
    ),
    verify=Step(
        method="POST",
        path="/auth/introspect/",
        why="The application asks whether its token still counts, and for whom and for what.",
        body={"token": "{access_token}", **CLIENT},
        content_type=FORM,
    ),
    logout=Step(
        method="POST",
        path="/auth/revoke_token/",
        why="The sign-in is deleted, and with it every token that came of it: none opens anything from now on.",
        body={"token": "{access_token}", **CLIENT},
        content_type=FORM,
        without={"access_token": 400, "client_secret": 401},
    ),
    social=Step(
        method="POST",
        path="/auth/convert-token/",
        why="Another site says who you are; its token must have been issued to this one.",
        body={"grant_type": "convert_token", "backend": "{backend}", "token": "{provider_token}", **CLIENT},
        content_type=FORM,
        keep={"access_token": "access_token", "refresh_token": "refresh_token"},
    ),
    cleanup="prune",
    replayed=400,
)
