"""The Python files of docs/clients, against live sites: with threads and with tasks, one renews and nobody notices."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from project.compare.servers import Site
from schemes import SCHEMES
from schemes.story import READ, VOTE, card
from tests.clients.live import CLOCKED, DAY, PASSWORD, apart, later, sign_in_as, somebody

RENEWING = [name for name in SCHEMES if card(name).refresh]
PATIENCE = 20
SECRETS = {"authorization", "cookie", "x-csrftoken"}


@pytest.fixture
def site(sites, profile) -> Site:
    return sites(profile, **CLOCKED)


@pytest.fixture
def auth(site, profile):
    return sign_in_as(profile, site.address, somebody(site))


@pytest.fixture(params=["threads", "tasks"])
def many(request):
    """Asks for the same page many times at once; nobody hears of a refusal before everybody was refused."""
    return {"threads": threads, "tasks": tasks}[request.param]


class Seen(list):
    """What went over the wire: requests with their answers, those of the `Auth` included."""

    def __call__(self, response: httpx.Response) -> None:
        self.append(response)

    async def hear(self, response: httpx.Response) -> None:
        self.append(response)

    @property
    def told(self) -> list[str]:
        return [f"{one.request.method} {one.request.url.path} {one.status_code}" for one in self]

    @property
    def own(self) -> list[str]:
        """What the `Auth` asked for itself: `before` of the session not counted."""
        return [line for line in self.told if line.split()[1] not in (READ, VOTE, "/auth/csrf/")]


def client_of(auth, seen, **options) -> httpx.Client:
    return httpx.Client(base_url=auth.base, auth=auth, event_hooks={"response": [seen]}, **options)


def threads(auth, seen, number) -> list[httpx.Response]:
    everybody = threading.Barrier(number)

    def wait(response):
        if response.request.url.path == READ and response.is_error:
            everybody.wait(PATIENCE)

    with client_of(auth, seen) as client, ThreadPoolExecutor(number) as pool:
        client.event_hooks["response"].append(wait)
        return list(pool.map(lambda _: client.get(READ), range(number)))


def tasks(auth, seen, number) -> list[httpx.Response]:
    async def ask():
        everybody = asyncio.Barrier(number)

        async def wait(response):
            if response.request.url.path == READ and response.is_error:
                await asyncio.wait_for(everybody.wait(), PATIENCE)

        hooks = {"response": [seen.hear, wait]}
        async with httpx.AsyncClient(base_url=auth.base, auth=auth, event_hooks=hooks) as client:
            return await asyncio.gather(*(client.get(READ) for _ in range(number)))

    return apart(asyncio.run, ask())


def signed_in(auth, seen=None):
    """The same `Auth`, once it holds a credential."""
    with client_of(auth, seen if seen is not None else Seen()) as client:
        client.get(READ).raise_for_status()
    if seen is not None:
        seen.clear()
    return auth


def the_renewal(profile) -> str:
    """The one request that renews; where there is none, the sign-in."""
    step = card(profile).refresh or card(profile).login
    return f"{step.method} {step.path} {step.status}"


def the_sign_in(profile) -> str:
    return f"POST {card(profile).login.path} 200"


def test_it_signs_in_reads_and_votes(auth, profile):
    seen = Seen()
    with client_of(auth, seen) as client:
        assert client.get(READ).json()["id"] == 1
        assert client.put(VOTE, json={"choice": 2}).json()["choice"] == 2
        assert client.get(VOTE).json()["choice"] == 2
    assert seen.own == [the_sign_in(profile)]


def test_it_signs_in_reads_and_votes_asynchronously(auth, profile):
    seen = Seen()

    async def story():
        async with httpx.AsyncClient(base_url=auth.base, auth=auth, event_hooks={"response": [seen.hear]}) as client:
            assert (await client.put(VOTE, json={"choice": 3})).json()["choice"] == 3
            assert (await client.get(VOTE)).json()["choice"] == 3
            assert (await client.send(auth.logout())).is_success

    apart(asyncio.run, story())
    assert seen.own[0] == the_sign_in(profile)


@pytest.mark.parametrize("number", [1, 2, 10])
def test_of_requests_that_meet_an_expired_credential_one_renews_it(many, auth, site, profile, number):
    seen = Seen()
    signed_in(auth)
    with later(site):
        answers = many(auth, seen, number)
        assert [answer.status_code for answer in answers] == [200] * number
        assert seen.own == [the_renewal(profile)]
        assert len(seen.told) == 2 * number + 1 + (profile == "session")
        seen.clear()
        many(auth, seen, 1)
        assert seen.told == [f"GET {READ} 200"]


def test_of_first_requests_at_once_one_signs_in(many, auth, profile):
    seen = Seen()
    assert [answer.status_code for answer in many(auth, seen, 10)] == [200] * 10
    assert seen.own == [the_sign_in(profile)]


def test_threads_and_event_loops_share_one_renewal(auth, site, profile):
    seen = Seen()
    signed_in(auth)
    with later(site), ThreadPoolExecutor(4) as pool:
        auth.lock.acquire()  # until everybody was refused
        asked = [pool.submit(way, auth, seen, 3) for way in (threads, tasks, threads, tasks)]
        deadline = time.monotonic() + PATIENCE
        while len(seen) < 12 and time.monotonic() < deadline:
            time.sleep(0.01)
        auth.lock.release()
        assert {answer.status_code for way in asked for answer in way.result()} == {200}
    assert seen.own == [the_renewal(profile)]


def test_a_lock_that_a_thread_holds_does_not_stop_an_event_loop(auth):
    async def story():
        async with httpx.AsyncClient(base_url=auth.base, auth=auth) as client:
            asked = asyncio.create_task(client.get(READ))
            await asyncio.sleep(0.1)
            assert not asked.done()
            auth.lock.release()
            return await asked

    auth.lock.acquire()
    assert apart(asyncio.run, story()).status_code == 200


def test_a_change_is_repeated_with_its_body_however_it_was_given(auth, site):
    signed_in(auth)
    with later(site), client_of(auth, Seen()) as client:
        headers = {"Content-Type": "application/json", "Content-Length": "13"}
        answer = client.put(VOTE, content=iter([b'{"choi', b'ce": 1}']), headers=headers)
        assert answer.json()["choice"] == 1


@pytest.mark.parametrize("profile", RENEWING)
@pytest.mark.parametrize("number", [1, 10])
def test_a_refresh_token_that_somebody_else_has_used_leads_to_a_new_sign_in(many, auth, site, profile, number):
    """Its second use ends the whole sign-in, the thief's part of it too."""
    seen = Seen()
    signed_in(auth)
    thief = sign_in_as(profile, site.address, "nobody")
    thief.refresh_token = auth.refresh_token
    signed_in(thief)
    with later(site):
        assert [answer.status_code for answer in many(auth, seen, number)] == [200] * number
    refused = 401 if profile == "jwt" else 400
    assert seen.own == [the_renewal(profile).replace("200", str(refused)), the_sign_in(profile)]
    with pytest.raises(httpx.HTTPStatusError):
        signed_in(thief)


def test_a_sign_in_that_is_over_is_begun_anew(auth, site, profile):
    seen = Seen()
    signed_in(auth)
    with later(site, DAY + 1), client_of(auth, seen) as client:
        assert client.get(READ).status_code == 200
    assert seen.own[-1] == the_sign_in(profile)
    assert len(seen.own) == 1 + (profile in RENEWING)


def test_a_wrong_password_is_told_and_not_tried_again(many, site, profile):
    """Ten wrong guesses would lock the name."""
    seen = Seen()
    auth = sign_in_as(profile, site.address, somebody(site), "a-wrong-password")
    for number in (1, 10):
        with pytest.raises(httpx.HTTPStatusError, match=card(profile).login.path) as told:
            many(auth, seen, number)
        assert told.value.response.json()
    assert seen.own == [the_sign_in(profile).replace("200", "401" if profile == "jwt" else "400")]


def test_who_may_not_is_told_so_and_nothing_is_renewed(auth, profile):
    seen = Seen()
    signed_in(auth)
    with client_of(auth, seen) as client:
        assert client.post("/polls/api/questions/", json={"question_text": "?"}).status_code == 403
    assert seen.told == ["POST /polls/api/questions/ 403"]


@pytest.mark.parametrize("profile", ["oauth2"])
def test_a_scope_that_is_missing_is_told_and_nothing_is_renewed(auth, site):
    form = {"grant_type": "password", "username": auth.username, "password": PASSWORD, "scope": "read", **auth.client}
    auth.access_token = httpx.post(f"{site.address}/auth/token/", data=form).json()["access_token"]
    seen = Seen()
    with client_of(auth, seen) as client:
        assert client.put(VOTE, json={"choice": 1}).status_code == 403
    assert len(seen) == 1


class Stubborn(httpx.HTTPTransport):
    """A server that refuses every credential, fresh ones too."""

    def handle_request(self, request):
        if request.url.path == READ:
            return httpx.Response(card_refused(request), json={"detail": "Session ended or expired."})
        return super().handle_request(request)


def card_refused(request) -> int:
    return 403 if "Cookie" in request.headers else 401


def test_what_is_refused_again_is_given_back(auth, profile):
    seen = Seen()
    with client_of(auth, seen, transport=Stubborn()) as client:
        assert client.get(READ).status_code == card(profile).refused
        seen.clear()
        assert client.get(READ).status_code == card(profile).refused
    assert len(seen.own) == 1
    assert sum(READ in line for line in seen.told) == 2


class Falling(httpx.HTTPTransport):
    """A connection that breaks once, where the `Auth` asks for itself."""

    broken = False

    def handle_request(self, request):
        if request.url.path.startswith("/auth/") and not self.broken:
            self.broken = True
            raise httpx.ConnectError("gone", request=request)
        return super().handle_request(request)


def test_a_renewal_that_fails_holds_up_nobody(auth, site, profile):
    signed_in(auth)
    with later(site), client_of(auth, Seen(), transport=Falling()) as client:
        with pytest.raises(httpx.ConnectError):
            client.get(READ)
        assert client.get(READ).status_code == 200


def test_a_renewal_that_is_cancelled_holds_up_nobody(auth, site):
    async def story():
        async def hang(request):
            if request.url.path.startswith("/auth/") and not hanging.is_set():
                hanging.set()
                await asyncio.sleep(PATIENCE)

        hanging = asyncio.Event()
        async with httpx.AsyncClient(base_url=auth.base, auth=auth, event_hooks={"request": [hang]}) as client:
            first = asyncio.create_task(client.get(READ))
            await hanging.wait()
            second = asyncio.create_task(client.get(READ))
            await asyncio.sleep(0.05)
            first.cancel()
            return await second

    assert apart(asyncio.run, story()).status_code == 200


@pytest.mark.parametrize("elsewhere", ["http://elsewhere.test", "http://127.0.0.1:9", "https://127.0.0.1:{port}"])
def test_another_origin_never_gets_the_credential(auth, site, elsewhere):
    got = []
    base = elsewhere.format(port=site.port)
    stranger = httpx.MockTransport(lambda request: got.append(request) or httpx.Response(401))
    with client_of(auth, Seen(), mounts={base: stranger}) as client:
        client.get(READ).raise_for_status()
        for method in ("GET", "POST"):
            assert client.request(method, f"{base}{READ}").status_code == 401
    assert len(got) == 2
    assert not [request.headers for request in got if SECRETS & set(request.headers)]


def test_a_redirect_elsewhere_does_not_take_the_credential_along(auth):
    got = []
    leads_away = httpx.MockTransport(lambda request: httpx.Response(302, headers={"Location": "http://elsewhere.test/"}))
    stranger = httpx.MockTransport(lambda request: got.append(request) or httpx.Response(200))
    signed_in(auth)
    mounts = {"all://127.0.0.1": leads_away, "http://elsewhere.test": stranger}
    with client_of(auth, Seen(), mounts=mounts, follow_redirects=True) as client:
        assert client.get(READ).status_code == 200
    assert len(got) == 1
    assert not SECRETS & set(got[0].headers)


@pytest.mark.parametrize("ahead", [0, pytest.param(3601, id="expired")])
def test_a_logout_ends_the_credential_at_the_server(auth, site, profile, ahead):
    seen = Seen()
    signed_in(auth)
    old = httpx.Request("GET", auth.base.join(READ))
    auth.carry(old)
    with client_of(auth, seen) as client:
        with later(site, ahead):
            assert client.send(auth.logout()).is_success or (ahead and profile not in RENEWING)
        assert client.send(old, auth=None).status_code == card(profile).refused or (ahead and profile not in RENEWING)
        assert len(seen.told) == 2
        assert client.get(READ).status_code == 200
    assert seen.own[-1] == the_sign_in(profile)


def test_the_sign_in_is_listed_under_the_name_of_the_client(auth):
    with client_of(auth, Seen(), headers={"User-Agent": "my-project/1.0"}) as client:
        listed = client.get("/auth/credentials/").json()
    assert [one["label"] for one in listed] == ["my-project/1.0"]


@pytest.mark.parametrize("profile", ["session"])
def test_a_session_goes_on_after_a_new_password(auth, profile):
    seen = Seen()
    with client_of(auth, seen) as client:
        fields = {"old_password": PASSWORD, "new_password": PASSWORD + "-2"}
        assert client.post("/accounts/password/", json=fields).status_code == 204
        assert client.put(VOTE, json={"choice": 1}).status_code == 200
    assert seen.told.count(the_sign_in(profile)) == 1


class Proxy(httpx.HTTPTransport):
    """Ends TLS, as the proxy in front of a deployed site does."""

    def handle_request(self, request):
        headers = dict(request.headers) | {"X-Forwarded-Proto": "https"}
        url = request.url.copy_with(scheme="http")
        return super().handle_request(httpx.Request(request.method, url, headers=headers, stream=request.stream))


@pytest.mark.parametrize("profile", ["session"])
def test_a_session_works_over_https_too(sites, profile):
    """There cookies have another name, and Django asks where a request comes from."""
    site = sites(profile, HTTPS="1", PROXIES="1")
    auth = sign_in_as(profile, site.address.replace("http:", "https:"), "alice", "alice-demo-pass")
    with client_of(auth, Seen(), transport=Proxy()) as client:
        assert client.put(VOTE, json={"choice": 1}).status_code == 200
        assert all(name.startswith("__Host-") for name in auth.cookies)
        assert client.send(auth.logout()).status_code == 204
