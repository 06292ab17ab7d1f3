"""The dialogue of the scheme, as data."""

from schemes.contract import Scheme, Step

SCHEME = Scheme(
    name="jwt",
    title="JWT",
    authorization="Authorization: Bearer {access}",
    read={"Authorization": "Bearer {access}"},
    write={"Authorization": "Bearer {access}"},
    refused=401,
    lifetimes={"access": "JWT_ACCESS_LIFETIME", "refresh": "JWT_REFRESH_LIFETIME"},
    security={"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    before=None,
    login=Step(
        method="POST",
        path="/auth/login/",
        why="Name and password are exchanged for a pair of tokens, once.",
        body={"username": "{username}", "password": "{password}"},
        keep={"access": "access", "refresh": "refresh"},
        without={"password": 400},
    ),
    refresh=Step(
        method="POST",
        path="/auth/refresh/",
        why="The access token lives for minutes; the refresh token gives the next pair, and only once.",
        body={"refresh": "{refresh}"},
        keep={"access": "access", "refresh": "refresh"},
        without={"refresh": 400},
    ),
    verify=Step(
        method="POST",
        path="/auth/verify/",
        why="A signature alone does not say whether the sign-in was ended since; the server does.",
        body={"token": "{access}"},
    ),
    logout=Step(
        method="POST",
        path="/auth/logout/",
        why="The sign-in is deleted, and with it every token that came of it: none opens anything from now on.",
        headers={"Authorization": "Bearer {access}"},
        status=204,
        without={"access": 401},
    ),
    social=Step(
        method="POST",
        path="/auth/social/{backend}/",
        why="Another site says who you are; its token must have been issued to this one.",
        body={"access_token": "{provider_token}"},
        keep={"access": "access", "refresh": "refresh"},
    ),
    cleanup="prune",
)
