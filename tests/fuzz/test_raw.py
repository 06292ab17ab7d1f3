"""Bytes that no client library would send: headers, cookies, names, tokens, forms, paths and bodies of any shape.

`judge` (wire.py) asserts of every answer that it is no 5xx, that the document knows it, and that it says what is wrong.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from schemes.contract import FORM
from tests.fuzz.conftest import SECRETS
from tests.fuzz.wire import Judge

AS_JSON = (b"Content-Type", b"application/json")
AS_FORM = (b"Content-Type", FORM.encode())
QUESTIONS, QUESTION, VOTE = b"/polls/api/questions/", b"/polls/api/questions/1/", b"/polls/api/questions/1/vote/"
ME = b"/accounts/me/"
OPEN = b"/ /admin/login/ /polls/ /api/schema/ /accounts/login/ /accounts/register/ /auth/".split()
OPEN += b"/auth/csrf/ /auth/login/ /auth/logout/ /auth/refresh/ /auth/verify/".split()
OPEN += b"/auth/token/ /auth/introspect/ /auth/revoke_token/".split()
OPEN += [QUESTIONS, ME]


@pytest.fixture
def explore(judge: Judge, in_full: bool, request: pytest.FixtureRequest) -> Iterator[Callable[..., None]]:
    """Draw from strategies and look at what comes of it: `brief` times or many more, and the same each time."""

    def run(look: Callable[..., None], *strategies: st.SearchStrategy[Any], brief: int) -> None:
        @settings(
            max_examples=brief * 15 if in_full else brief,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink] if in_full else [Phase.generate],
        )
        @given(st.tuples(*strategies))
        def drawn(values: tuple[Any, ...]) -> None:
            look(*values)

        drawn()

    yield run
    print(f"{request.node.name}: {judge.asked} requests")


def lines(least: int = 0) -> st.SearchStrategy[bytes]:
    """What may stand in a header, and bytes that may not."""
    return st.binary(min_size=least, max_size=60) | st.text(min_size=least, max_size=40).map(str.encode)


def percent(raw: bytes) -> bytes:
    return quote_from_bytes(raw, safe="").encode()


def unspaced(raw: bytes) -> bytes:
    """Raw bytes for a URL: a space would end it."""
    return re.sub(rb"[\s?#]", b"", raw)


def form(fields: dict[str, Any]) -> bytes:
    pairs = [tuple(str(part).encode("utf-8", "surrogatepass") for part in pair) for pair in fields.items()]
    return urlencode(pairs).encode()


def as_json(content: Any) -> bytes:
    return json.dumps(content).encode()


HALVES = ["\ud800", "\udfff"]
"""Of surrogate pairs: JSON can write them, nothing else can hold them."""
texts = st.text(st.characters(exclude_categories=[]) | st.sampled_from(["\0", "%", '"', "'", "\\", "ﷺ", *HALVES]), max_size=30)
names = texts | st.sampled_from(["alice", "ALICE", "ａｌｉｃｅ", "alice\0", "a@", "@", "a" * 30_000, "ﷺ" * 250, *HALVES])
numbers = [0, -1, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, 10**400, 1e999, 1.5, float("nan")]
leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts | st.sampled_from([*numbers, "1", "", "١", "9" * 5000])
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)
"""Anything that JSON can say."""


# Headers


def test_authorization_of_any_shape(explore, judge, signed_in):
    scheme = signed_in().scheme
    good = signed_in().filled(scheme.read).get("Authorization", "Token of-nobody").encode()
    word, secret = good.split()
    secrets = st.one_of(
        lines(),
        st.integers(0, len(secret)).map(lambda cut: secret[:cut]),
        st.tuples(st.integers(0, len(secret)), lines(1)).map(lambda at: secret[: at[0]] + at[1] + secret[at[0] + 1 :]),
        st.binary(max_size=80).map(base64.b64encode),
        st.sampled_from([secret * 2, secret + b" " + secret, b"x" * 60_000, b"....", b"e30.e30.e30", b"\xff.\xff.\xff"]),
        st.just(base64.urlsafe_b64encode(b'{"a":' + b"[" * 9000) + b".e30.x"),
    )
    words = st.sampled_from([b"Bearer", b"Token", b"Basic", b"bEARER", b"Digest", b"", word]) | lines()
    headers = st.tuples(words, st.sampled_from([b" ", b"  ", b"\t", b""]), secrets).map(b"".join)

    def look(method: bytes, path: bytes, sent: list[bytes]) -> None:
        answer = judge(method, path, [(b"Authorization", value) for value in sent])
        if path == QUESTION and answer.status == 200:
            assert [word.lower(), secret] in [[value.split()[0].lower(), *value.split()[1:]] for value in sent]

    methods = st.sampled_from([b"GET", b"POST", b"PUT"])
    paths = st.sampled_from([QUESTION, VOTE, *OPEN])
    explore(look, methods, paths, st.lists(headers, min_size=1, max_size=2), brief=60)


def test_cookies_of_any_shape(explore, judge):
    contents = lines() | st.sampled_from([b"", b'"', b'"\\777"', b'"a\\000b"', b"a" * 32, b"\xff" * 32, b"x" * 7000])
    cookies = [f"{judge.site.profile}_sessionid".encode(), f"{judge.site.profile}_csrftoken".encode()]
    known = st.sampled_from([b"sessionid", b"csrftoken", b"messages", *cookies])
    crumbs = st.tuples(known | lines(), st.sampled_from([b"=", b"", b"=="]), contents).map(b"".join)
    jars = st.lists(st.lists(crumbs, min_size=1, max_size=4).map(b"; ".join), min_size=1, max_size=2)

    def look(method: bytes, path: bytes, jar: list[bytes], token: bytes) -> None:
        headers = [*((b"Cookie", cookie) for cookie in jar), (b"X-CSRFToken", token), AS_FORM]
        answer = judge(method, path, headers, b"csrfmiddlewaretoken=%00&username=alice")
        assert path != QUESTION or answer.status >= 400

    methods = st.sampled_from([b"GET", b"POST", b"DELETE"])
    explore(look, methods, st.sampled_from([QUESTION, *OPEN]), jars, contents, brief=60)


def test_headers_of_any_shape(explore, judge, signed_in):
    known = (
        b"Accept Accept-Charset Accept-Encoding Accept-Language Content-Encoding Content-Language Content-Length "
        b"Content-Type Expect Forwarded Host If-Match If-Modified-Since If-None-Match Origin Range Referer TE "
        b"Transfer-Encoding Upgrade User-Agent X-CSRFToken X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto "
        b"X-HTTP-Method-Override X-Real-IP"
    ).split()
    usual = st.sampled_from([b"", b"0", b"-1", b"chunked", b"gzip", b"100-continue", b"http://[", b"a" * 9000, b"\xff"])
    headers = st.tuples(st.sampled_from(known) | st.from_regex(rb"[A-Za-z_-]{1,12}", fullmatch=True), lines() | usual)
    credential = signed_in().headers()

    def look(method: bytes, path: bytes, sent: list[tuple[bytes, bytes]], with_credential: bool) -> None:
        judge(method, path, sent + (credential if with_credential else []), b'{"choice": 1}')

    methods = st.sampled_from([b"GET", b"POST", b"PUT"])
    paths = st.sampled_from([QUESTION, VOTE, *OPEN])
    explore(look, methods, paths, st.lists(headers, min_size=1, max_size=5), st.booleans(), brief=80)


def test_accept_of_any_shape(explore, judge, signed_in):
    usual = [b"text/html", b"text/*", b"*/*", b"a/b/c", b"/", b",,", b"a/b," * 2000, b"application/yaml;q=0"]
    usual += [b"application/json;" + end for end in (b"indent=-5", b"indent=999999999", b"q=x", b"version=\xff", b"=")]
    ranges = lines() | st.sampled_from(usual)
    credential = signed_in().headers()

    def look(path: bytes, accepted: list[bytes]) -> None:
        judge(b"GET", path, [(b"Accept", b", ".join(accepted)), *credential])

    paths = [QUESTIONS, QUESTION, ME, b"/", b"/auth/", b"/auth/credentials/", b"/auth/nothing/", b"/api/schema/"]
    explore(look, st.sampled_from(paths), st.lists(ranges, min_size=1, max_size=3), brief=60)


def test_content_types_and_charsets_of_any_shape(explore, judge, signed_in):
    codecs = b"utf-8 UTF8 latin-1 utf-16 utf-7 bz2_codec rot13 idna punycode undefined unicode_escape mbcs nope".split()
    charsets = st.sampled_from(codecs) | lines()
    types = [b"application/json", AS_FORM[1], b"multipart/form-data", b"text/plain", b"*/*", b"/", b""]
    parameters = st.one_of(
        charsets.map(lambda charset: b"; charset=" + charset),
        charsets.map(lambda charset: b"; charset*=" + charset + b"''%ff%00"),  # RFC 2231
        charsets.map(lambda charset: b"; boundary*=" + charset + b"''x"),
        lines().map(lambda boundary: b"; boundary=" + boundary),
        lines().map(lambda anything: b";" + anything),
        st.sampled_from([b"", b"; boundary=x", b";a=b" * 3000, b'; charset="', b"; charset=" + b"x" * 12_000]),
    )
    part = b'--x\r\nContent-Disposition: form-data; name="choice"%b\r\n\r\n!1\r\n--x--\r\n'
    parts = [part % end for end in (b"", b'; filename="a"', b"\r\nContent-Transfer-Encoding: base64", b"\r\n\xff: \xff")]
    bodies = [b"", b"username=%ff&password=+2AA-", b'{"choice": 1}', b'{"a": "\xff"}', b"\xef\xbb\xbf{}", b"\xff\xfe{\0}\0"]
    credential = signed_in().headers()

    def look(method: bytes, path: bytes, kind: bytes, parameter: bytes, body: bytes) -> None:
        judge(method, path, [(b"Content-Type", kind + parameter), *credential], body)

    methods = st.sampled_from([b"POST", b"PUT", b"PATCH", b"GET"])
    paths = st.sampled_from([VOTE, ME, QUESTIONS + b"?search=%ff&page=+2AA-", *OPEN])
    kinds = st.sampled_from(types) | lines()
    explore(look, methods, paths, kinds, parameters, st.sampled_from(bodies + parts) | st.binary(max_size=60), brief=120)


# Paths, queries, methods


def test_paths_of_any_bytes(explore, judge, signed_in):
    usual = b"%00 %ff %ed%a0%80 %D9%A1 1%2f 1%2fvote .. %2e%2e % %zz 1.0 -1".split()
    segments = st.one_of(
        st.binary(max_size=20).map(percent),
        st.binary(max_size=20).map(unspaced),
        st.integers().map(lambda number: b"%d" % number),
        st.sampled_from([*usual, b"9" * 5000, *(b"%d" % number for number in (2**63, 2**63 - 1, 10**30, -(2**63) - 1))]),
    )
    starts = b"/polls/api/questions/ /auth/credentials/ /auth/ /accounts/ /api/ /polls/ / /static/".split()
    ends = b"/ /vote/ /vote /results/ // /?page=%00".split()
    credential = signed_in().headers()

    def look(method: bytes, start: bytes, segment: bytes, end: bytes) -> None:
        judge(method, start + segment + end, [AS_JSON, *credential], b'{"choice": 1}' if method in (b"PUT", b"POST") else b"")

    methods = st.sampled_from([b"GET", b"PUT", b"POST", b"DELETE"])
    explore(look, methods, st.sampled_from(starts), segments, st.sampled_from([b"", *ends]), brief=120)


def test_queries_of_any_shape(explore, judge, signed_in):
    usual = b"%00 %ff %ed%a0%80 -1 1e5 last %22 pub_date,-pub_date".split()
    contents = st.one_of(
        st.binary(max_size=30).map(percent),
        st.binary(max_size=30).map(unspaced),
        st.integers().map(lambda number: b"%d" % number),
        st.sampled_from([*usual, b"9" * 5000, b"a+" * 90, b"a" * 300]),
    )
    known = st.sampled_from(b"page search ordering format page_size lang version next script access_token".split())
    pairs = st.tuples(known | contents, st.sampled_from([b"=", b"", b"=="]), contents).map(b"".join)
    queries = st.lists(pairs, max_size=4).map(b"&".join) | st.sampled_from([b"&".join([b"a=1"] * 300), b"?" * 50, b"&" * 200])
    credential = signed_in().headers()

    def look(path: bytes, query: bytes) -> None:
        judge(b"GET", path + b"?" + query, credential)

    paths = [QUESTIONS] * 4 + [VOTE, b"/", b"/auth/", b"/accounts/login/", b"/api/schema/", b"/api/docs/"]
    explore(look, st.sampled_from(paths), queries, brief=120)


def test_methods_of_any_name(explore, judge, signed_in):
    known = st.sampled_from(b"GET POST PUT PATCH DELETE OPTIONS HEAD TRACE CONNECT PROPFIND PURGE QUERY".split())
    made_up = st.from_regex(rb"[A-Z!#$%&'*+.^_`|~-]{1,15}", fullmatch=True)
    ours = [path.replace("{id}", "1").encode() for path in judge.document["paths"] if "logout" not in path]
    credential = signed_in().headers()

    def look(method: bytes, path: bytes, with_credential: bool) -> None:
        judge(method, path, [AS_JSON, *(credential if with_credential else [])])

    explore(look, known | made_up, st.sampled_from(sorted({*ours, *OPEN})), st.booleans(), brief=80)


# Bodies


def test_bodies_of_any_shape_and_size(explore, judge, signed_in):
    schemas = judge.document["components"]["schemas"].values()
    fields = st.sampled_from(sorted({name for schema in schemas for name in schema.get("properties", {})}))
    deep = [b"[" * 60_000, b'{"a":' * 10_000, b"[" * 500 + b"]" * 500, b'{"time_zone": %b}' % (b"[" * 19 + b"]" * 19)]
    long = [b'{"question_text": "%b"}' % (b"x" * length) for length in (201, 65_000, 65_536, 3_000_000)]
    odd = [b"", b"1" * 5000, b"NaN", b"-Infinity", b"1e999", b'"\\ud800"', b'{"choice": 1, "choice": 2}', b"\x1f\x8b\x08"]
    objects = st.dictionaries(fields, values, max_size=5).map(as_json)
    bodies = st.one_of(
        objects,
        st.tuples(objects, st.integers(0, 200)).map(lambda cut: cut[0][: cut[1]]),
        values.map(as_json),
        st.binary(max_size=200),
        st.sampled_from(deep + long + odd),
    )
    credential = signed_in("admin").headers()

    def look(method: bytes, path: bytes, body: bytes, transfer: str) -> None:
        headers = [AS_JSON, *credential]
        if transfer == "chunked":
            headers.append((b"Transfer-Encoding", b"chunked"))
            body = (b"%x\r\n%b\r\n" % (len(body), body) if body else b"") + b"0\r\n\r\n"
        elif transfer == "not chunked":
            headers.append((b"Transfer-Encoding", b"chunked"))
        elif transfer == "cut":
            headers.append((b"Content-Length", b"%d" % (len(body) // 2)))
        elif transfer == "not gzip":
            headers.append((b"Content-Encoding", b"gzip"))
        answer = judge(method, path, headers, body)
        if transfer == "whole" and len(body) > 64 * 1024:
            assert answer.status == 413

    paths = [QUESTIONS, QUESTION, VOTE, ME, b"/accounts/register/", b"/accounts/password/"]
    paths += b"/auth/login/ /auth/token/ /auth/refresh/ /auth/verify/".split()
    transfers = st.sampled_from(["whole"] * 4 + ["chunked", "not chunked", "cut", "not gzip"])
    explore(look, st.sampled_from([b"POST", b"PUT", b"PATCH"]), st.sampled_from(paths), bodies, transfers, brief=120)


# Names and passwords


def test_names_and_passwords_at_the_sign_in(explore, judge, client_of):
    client = client_of(judge.site)
    step = client.scheme.login

    def look(username: Any, password: Any, more: dict[str, str]) -> None:
        if client.scheme.before:
            client.do(client.scheme.before)
        headers = [(name.encode(), value.encode()) for name, value in client.filled(step.headers).items()]
        client.variables |= {"username": "", "password": ""}
        fields = client.filled(step.body) | more | {"username": username, "password": password}
        kind, body = (AS_FORM, form(fields)) if step.content_type == FORM else (AS_JSON, as_json(fields))
        answer = judge(b"POST", step.path.encode(), [kind, *headers], body)
        assert answer.status >= 400

    more = st.dictionaries(st.sampled_from(["next", "scope", "\0", *HALVES]), texts, max_size=1)
    explore(look, names | values, names | values | st.just("x" * 100_000), more, brief=25)


def test_names_and_passwords_on_the_pages(explore, judge):
    """The admin's sign-in in every profile, and the session profile's own page."""
    page = judge(b"GET", b"/admin/login/")
    token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)[1].decode()
    cookie = (b"Cookie", page.headers["set-cookie"].partition(";")[0].encode())

    def look(path: bytes, username: str, password: str, after: str) -> None:
        fields = {"csrfmiddlewaretoken": token, "username": username, "password": password, "next": after}
        answer = judge(b"POST", path, [AS_FORM, cookie], form(fields))
        assert answer.status in (200, 400, 405, 413, 429)

    explore(look, st.sampled_from([b"/admin/login/", b"/accounts/login/"]), names, names, texts, brief=20)


def test_names_at_the_registration(explore, judge):
    people = st.text(st.characters(categories=["L", "N", "M"]), min_size=3, max_size=30) | names | values
    addresses = st.one_of(
        names.map(lambda name: f"{name}@example.com"), names.map(lambda name: f"a@{name}.com"), people, values
    )
    more = st.dictionaries(
        st.sampled_from(["first_name", "last_name", "time_zone", "password2", "is_staff", "id"]), texts | values
    )

    def look(username: Any, email: Any, password: Any, more: dict[str, Any]) -> None:
        fields = {"username": username, "email": email, "password": password, "password2": password} | more
        judge(b"POST", b"/accounts/register/", [AS_JSON], as_json(fields))

    passwords = st.just("correct-horse-battery") | names | values
    explore(look, people, addresses, passwords, more, brief=40)


@pytest.mark.parametrize("profile", ["session"])
def test_forms_and_queries_on_the_pages_behind_the_sign_in(explore, judge, signed_in):
    """The polls' pages and the admin; both are the same code in every profile."""
    credential = signed_in("admin").headers()
    segments = st.sampled_from([*b"1 0 -1 %00 %ff 1_2f add history _5F".split(), b"9" * 30, b"9" * 5000]) | st.binary(
        max_size=9
    ).map(percent)
    starts = (
        b"/polls/ /admin/polls/question/ /admin/polls/vote/ /admin/accounts/user/ /admin/accounts/guesses/ /admin/r/1/".split()
    )
    starts += [f"/admin/{judge.site.profile}/".encode(), b"/admin/jsi18n/", b"/admin/autocomplete/", b"/admin/"]
    ends = b"/ /vote/ /results/ /change/ /delete/ /history/ /password/".split()
    keys = st.sampled_from(
        b"choice q p o e all created__gte user__id__exact question__id__exact _popup _to_field action".split()
    )
    contents = texts.map(lambda text: percent(text.encode("utf-8", "replace"))) | st.binary(max_size=9).map(percent)
    contents |= st.sampled_from([b"%00", b"%ff", b"9" * 30, b"9" * 5000, b"-1", b"1", b"2020-13-45", b"end_selected"])
    queries = st.lists(st.tuples(keys | contents, contents).map(b"=".join), max_size=3).map(b"&".join)

    def look(method: bytes, start: bytes, segment: bytes, end: bytes, query: bytes, body: bytes) -> None:
        headers = [AS_FORM, *credential] if method == b"POST" else credential
        judge(method, start + segment + end + b"?" + query, headers, body if method == b"POST" else b"")

    methods = st.sampled_from([b"GET", b"GET", b"POST"])
    ends_ = st.sampled_from([b"", b"", *ends])
    explore(look, methods, st.sampled_from(starts), segments | st.just(b""), ends_, queries, queries, brief=120)


# Tokens and clients


def jwt(header: Any, claims: Any, key: str) -> bytes:
    """Signed as HS256 has it, whatever the header says."""
    parts = [base64.urlsafe_b64encode(as_json(part)).rstrip(b"=") for part in (header, claims)]
    signature = hmac.new(key.encode(), b".".join(parts), hashlib.sha256).digest()
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")])


@pytest.mark.parametrize("profile", ["jwt"])
def test_what_a_jwt_may_contain(explore, judge, signed_in):
    """Any header and any claims, signed with our key and with others."""
    claims = ["sid", "user_id", "jti", "exp", "iat", "nbf", "aud", "iss", "token_type", "sub"]
    odd = [1, "1", 2**63, [1], {"a": 1}, 1e999, 10**18, "access", "refresh", "polls", "é", "\0"]
    changes = st.dictionaries(st.sampled_from(claims), values | st.sampled_from(odd), max_size=3)
    missing = st.just(set()) | st.sets(st.sampled_from(claims), max_size=2)
    algorithms = st.sampled_from(["HS256", "none", "RS256"]) | values
    others = dict.fromkeys(("typ", "kid", "crit", "b64", "jwk"), algorithms)
    headers = st.just({"alg": "HS256", "typ": "JWT"}) | st.fixed_dictionaries({"alg": algorithms}, optional=others) | values
    ours = SECRETS["JWT_SIGNING_KEY"]
    keys = st.sampled_from([ours] * 4 + ["", "wrong", SECRETS["SECRET_KEY"]])

    def look(kind: str, header: Any, changed: dict[str, Any], gone: set[str], instead: Any, key: str) -> None:
        payload = signed_in().variables[kind].split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(payload + "==")) | changed
        told = {name: value for name, value in told.items() if name not in gone} if instead is None else instead
        token = jwt(header, told, key)
        statuses = {
            judge(b"GET", QUESTION, [(b"Authorization", b"Bearer " + token)]).status,
            judge(b"POST", b"/auth/verify/", [AS_JSON], as_json({"token": token.decode()})).status,
            judge(b"POST", b"/auth/refresh/", [AS_JSON], as_json({"refresh": token.decode()})).status,
            judge(b"POST", b"/auth/logout/", [AS_JSON], as_json({"refresh": token.decode()})).status,
        }
        assert key == ours or statuses <= {400, 401}

    kinds = st.sampled_from(["access", "refresh"])
    instead = st.none() | st.none() | values
    explore(look, kinds, headers, changes, missing, instead, keys, brief=60)


@pytest.mark.parametrize("profile", ["oauth2"])
def test_oauth2_forms_of_any_shape(explore, judge, signed_in):
    """Any grant, fields given twice, Basic headers, percent signs, query strings, other content types."""
    known = {"client_id": "demo-client", "client_secret": "demo-secret", "scope": "read", "username": "u", "password": "p"}
    known |= {"grant_type": "password", "token": "{access_token}", "refresh_token": "{refresh_token}", "token_type_hint": "t"}
    grants = b"refresh_token client_credentials authorization_code implicit convert_token".split()
    grants.append(b"urn:ietf:params:oauth:grant-type:device_code")
    usual = b"% %zz %00 %ff + read+write+admin http://[ S256".split()
    contents = st.one_of(
        texts.map(lambda text: percent(text.encode("utf-8", "surrogatepass"))),
        st.binary(max_size=20).map(percent),
        st.binary(max_size=20),
        st.sampled_from([*usual, *grants, b"", b"x" * 60_000]),
    )
    fields = b"code redirect_uri code_verifier resource client_assertion".split() + [name.encode() for name in known]
    more = st.lists(st.tuples(st.sampled_from(fields) | contents, contents), max_size=4)
    pairs = [b"demo-client:demo-secret", b"demo-client:demo-secret:", b"demo-client:%", b"a%00:b", b"%ff:%ff", b":", b"\xff:"]
    basics = st.one_of(
        st.none(),
        lines().map(lambda raw: b"Basic " + raw),
        (st.sampled_from(pairs) | st.binary(max_size=40)).map(lambda pair: b"Basic " + base64.b64encode(pair)),
    )
    kinds = [AS_FORM[1]] * 5 + [b"application/json", b"multipart/form-data; boundary=x", b"text/plain", b""]
    queries = st.just(b"") | st.just(b"") | contents.map(lambda content: b"?client_id=" + unspaced(content))

    def look(path: bytes, kept: set[str], added: list[Any], basic: bytes | None, kind: bytes, query: bytes) -> None:
        client = signed_in()
        sent = [(name.encode(), client.fill(known[name]).encode()) for name in sorted(kept)] + added
        headers = [(b"Content-Type", kind)] + ([(b"Authorization", basic)] if basic is not None else [])
        answer = judge(b"POST", path + query, headers, b"&".join(b"%b=%b" % pair for pair in sent))
        if answer.status == 400 and not answer.of_the_server:
            assert json.loads(answer.body)["error"]  # RFC 6749, section 5.2

    paths = st.sampled_from([b"/auth/token/", b"/auth/introspect/", b"/auth/revoke_token/"])
    explore(look, paths, st.sets(st.sampled_from(sorted(known))), more, basics, st.sampled_from(kinds), queries, brief=120)


def test_after_all_that_the_site_works(judge, signed_in):
    assert judge(b"GET", b"/healthz").status == 200
    assert signed_in().ask("PUT", VOTE.decode(), json={"choice": 1}).status_code == 200
