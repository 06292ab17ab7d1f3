"""Sites that the fuzz may ruin: it deletes rows, signs out, guesses passwords."""

from collections.abc import Callable

import pytest

from project.compare.client import Client
from project.compare.servers import Site
from tests.fuzz.wire import Judge

SECRETS = {"SECRET_KEY": "of-a-site-that-lives-for-minutes-" * 2, "JWT_SIGNING_KEY": "of-tokens-that-live-for-hours-" * 2}
LASTING = {"JWT_ACCESS_LIFETIME": "7200", "OAUTH2_ACCESS_LIFETIME": "7200"}
"""A fuzz in full takes longer than an access token lives."""
DEPLOYED = {"DEBUG": "0", "LAB": "1", **SECRETS, **LASTING}
"""With the answers of a deployed site: under DEBUG Django answers some errors with pages for developers."""
DEBUG = DEPLOYED | {"DEBUG": "1"}

IN_FULL = [pytest.mark.long, pytest.mark.timeout(3600)]


class Device(Client):
    def headers(self) -> list[tuple[bytes, bytes]]:
        """The credential, as bytes."""
        return [(name.encode(), value.encode()) for name, value in self.filled(self.scheme.write).items()]


@pytest.fixture(params=[False, pytest.param(True, marks=IN_FULL)], ids=["brief", "in full"])
def in_full(request: pytest.FixtureRequest) -> bool:
    """Whether to take minutes."""
    return request.param


@pytest.fixture(params=[DEPLOYED, pytest.param(DEBUG, marks=IN_FULL)], ids=["deployed", "debug"])
def site(sites, profile: str, request: pytest.FixtureRequest) -> Site:
    return sites(profile, **request.param, FUZZ="raw", LOGIN_COOLOFF="1")


@pytest.fixture
def judge(site: Site) -> Judge:
    return Judge(site)


@pytest.fixture
def signed_in(judge: Judge, client_of: Callable[[Site], Client]) -> Callable[..., Device]:
    """A client who is signed in: the same one as long as their credential lives, for the fuzz may end it."""
    devices: dict[str, Device] = {}

    def still(who: str = "alice") -> Device:
        client = client_of(judge.site)
        device = devices.setdefault(who, Device(client.address, client.scheme))
        if not device.signed_in or device.ask("GET", "/accounts/me/").status_code != 200:
            answer = device.login(f"{who}@example.com", f"{who}-demo-pass")
            assert answer.status_code == 200, answer.text
        return device

    return still
