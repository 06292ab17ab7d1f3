"""Two nodes over one database whose clocks differ: by 5 seconds nobody notices; by an hour a credential ends early or late."""

import pytest

from project.compare.client import Client
from project.compare.control import set_clock
from schemes import SCHEMES
from schemes.story import READ, VOTE, card
from tests.conftest import HURRY

LIFETIME = 60
LIFETIMES = ("TOKEN_EXPIRE_TIME", "SESSION_COOKIE_AGE", "JWT_ACCESS_LIFETIME", "OAUTH2_ACCESS_LIFETIME")
HOUR = 3600


@pytest.mark.parametrize("profile", SCHEMES)
def test_two_clocks(serve, sites, profile):
    shared = {"DATABASE_URL": sites.database.copy(), "PUBLIC_URL": "http://127.0.0.1:8000"} | dict.fromkeys(
        LIFETIMES, str(LIFETIME)
    )
    nodes = [serve(profile, workers=1, **shared) for _ in range(2)]

    def clocks(*ahead: float) -> None:
        for node, seconds in zip(nodes, ahead, strict=True):
            set_clock(node.address, HURRY["LAB_KEY"], seconds)

    def signed_in(at: int) -> Client:
        client = Client(nodes[at].address, card(profile))
        assert client.login().status_code == 200
        return client

    def at(node: int, client: Client) -> Client:
        """The same credential at a node."""
        other = client.copy()
        other.address = nodes[node].address
        return other

    def reads(node: int, client: Client) -> int:
        return at(node, client).ask("GET", READ).status_code

    refused = card(profile).refused
    for ahead in (5, -5):
        clocks(0, ahead)
        for issuer, other in ((0, 1), (1, 0)):
            alice = signed_in(issuer)
            assert reads(other, alice) == reads(issuer, alice) == 200
            assert at(other, alice).ask("PUT", VOTE, json={"choice": 1}).status_code == 200
            if alice.scheme.refresh:
                renewed = at(other, alice)
                assert renewed.do(renewed.scheme.refresh).status_code == 200
                assert reads(issuer, renewed) == 200

    clocks(0, 0)
    alice = signed_in(0)
    clocks(LIFETIME - 7, LIFETIME - 2)  # 5 s apart, and the credential a little younger than it may be by either
    assert (reads(0, alice), reads(1, alice)) == (200, 200)
    clocks(LIFETIME - 4, LIFETIME + 1)  # each node by its own clock, to the second: there is no leeway
    assert (reads(0, alice), reads(1, alice)) == (200, refused)
    clocks(LIFETIME + 1, LIFETIME + 6)
    assert (reads(0, alice), reads(1, alice)) == (refused, refused)

    told = {}
    for ahead in (HOUR, -HOUR):
        clocks(0, ahead)
        for issuer, other in ((0, 1), (1, 0)):
            alice = signed_in(issuer)
            assert reads(issuer, alice) == 200
            told[ahead, issuer] = reads(other, alice)
    late = refused if profile == "jwt" else 200  # a signature from the future counts for nothing; a row does
    assert told == {(HOUR, 0): refused, (HOUR, 1): late, (-HOUR, 0): late, (-HOUR, 1): refused}
    print(
        f"{profile}: 5 s apart unnoticed, expiry by each node's own clock; an hour apart {told} (ahead, issued at: answered)."
    )
