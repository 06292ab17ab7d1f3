"""The dialogue of the scheme, as data."""

from schemes.contract import Scheme, Step

SCHEME = Scheme(
    name="token",
    title="Expiring token",
    authorization="Authorization: Token {token}",
    read={"Authorization": "Token {token}"},
    write={"Authorization": "Token {token}"},
    refused=401,
    lifetimes={"token": "TOKEN_EXPIRE_TIME"},
    security={
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "The word Token, a space and the token.",
    },
    before=None,
    login=Step(
        method="POST",
        path="/auth/login/",
        why="Name and password are exchanged for a token, once.",
        body={"username": "{username}", "password": "{password}"},
        keep={"token": "token"},
        without={"password": 400},
    ),
    refresh=None,
    verify=Step(
        method="GET",
        path="/accounts/me/",
        why="The server knows whether the token lives; asking for your own account is the test.",
        headers={"Authorization": "Token {token}"},
    ),
    logout=Step(
        method="POST",
        path="/auth/logout/",
        why="The row is deleted: a copy of the token opens nothing from now on.",
        headers={"Authorization": "Token {token}"},
        status=204,
        without={"token": 401},
    ),
    social=Step(
        method="POST",
        path="/auth/social/{backend}/",
        why="Another site says who you are; its token must have been issued to this one.",
        body={"access_token": "{provider_token}"},
        keep={"token": "token"},
    ),
    cleanup="prune",
)
