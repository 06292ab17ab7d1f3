"""The dialogue of the scheme, as data."""

from schemes.contract import Scheme, Step

SCHEME = Scheme(
    name="basic",
    title="Basic, the baseline",
    authorization="Authorization: Basic {basic}",
    read={"Authorization": "Basic {basic}"},
    write={"Authorization": "Basic {basic}"},
    refused=401,
    lifetimes={},
    security={"type": "http", "scheme": "basic"},
    before=None,
    login=None,
    refresh=None,
    verify=Step(
        method="GET",
        path="/accounts/me/",
        why="Name and password are checked on every request; asking for your own account is the test.",
        headers={"Authorization": "Basic {basic}"},
    ),
    logout=None,
)
