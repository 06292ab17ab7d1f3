"""The classic mistakes, each in a line as people paste it; the answer names it first, and the line to send instead works."""

import subprocess
from base64 import urlsafe_b64encode

import pytest

from project.accounts.models import User
from project.compare.client import Client
from project.compare.servers import manage
from project.inspector.curl import CannotRead, read
from project.inspector.explain import explain
from schemes.story import READ, VOTE, card
from tests.needs import need

PASSWORD = "username=alice&password=alice-demo-pass"
CLIENT = "-d client_id=demo-client -d client_secret=demo-secret"
GRANT = "-d grant_type=password -d username=alice -d password=alice-demo-pass"


def lines(profile: str, mistakes: dict[str, str]) -> list[object]:
    return [pytest.param(profile, line, mistake, id=mistake) for line, mistake in mistakes.items()]


EVERYWHERE = {
    "curl 'https://{host}/auth/'": "It says https.",
    "curl http://polls.example/auth/": "The line is for another host.",
    "curl http://127.0.0.1:9/auth/": "Nobody is there.",
    "curl {base}/polls/api//questions/1/ -H 'Authorization: Token {token}'": "A slash is doubled.",
    "curl {base}/polls/questions/ -H 'Authorization: Token {token}'": "The path is another.",
    "curl {base}/no/such/thing/": "There is nothing at this path.",
    "curl {base}/auth/login/": "The method is wrong.",
    "curl $BASE/auth/login/": "The method is wrong.",
    'curl.exe --json \'{{"username": "alice", "password": "alice-demo-pass"}}\' {base}/auth/login/': (
        "The quotes do not survive on Windows."
    ),
    "curl -X post {base}/auth/login/ -d '" + PASSWORD + "'": "Methods have capital letters.",
    "curl -X PUT {base}" + VOTE + " -H 'Authorization: Token {token}'": "There is no body.",
    "curl {base}/polls/api/questions/?page=1&search=x -H 'Authorization: Token {token}'": "The address is cut at the &.",
    "curl “{base}" + READ + "” -H “Authorization: Token {token}”": "The quotes or hyphens are typographic.",
}
TOKEN = {
    "curl {base}" + READ: "No credential goes along.",
    "curl {base}" + READ + " -H 'Authorization Token {token}' -s": "A header has no colon.",
    "curl {base}" + READ + " -H 'Authorization: Bearer {token}'": "The word before the token is another scheme's.",
    "curl {base}" + READ + " -H 'Authorization: {token}'": "There is no word before the token.",
    "curl {base}" + READ + " -H 'Authorization: Token: {token}'": "The word is written oddly.",
    "curl {base}" + READ + " -H 'Authorization: Token \"{token}\"'": "There are quotes around the token.",
    "curl {base}" + READ + ' -H "Authorization: Token "$T""': "The token stands outside the quotes.",
    "curl {base}" + READ + " -H 'Authorization: Token $TOKEN'": "A variable stands in single quotes.",
    "curl {base}" + READ + ' -H "Authorization: Token <token>"': "A placeholder was left in.",
    "curl {base}" + READ + ' -H "Authorization: Token {{token}}"': "A placeholder was left in.",
    "curl {base}" + READ + ' -H "Authorization: Token $TOKEN"': "$TOKEN can't be seen from here.",
    "curl {base}" + READ + "?token={token}": "A credential is in the URL.",
    "curl {base}" + READ + " -b sessionid=abcdefghijklmnop": "The credential is for another scheme.",
    "curl {base}" + READ + " -H 'Authorization: Token abcdefghijklmnop'": "This is no credential that the site knows.",
    "curl {base}" + READ + " -u alice:x -H 'Authorization: Token {token}'": "It authenticates twice.",
    'curl {base}/auth/login/ -d \'{{"username": "alice", "password": "alice-demo-pass"}}\'': (
        "The Content-Type is not that of JSON."
    ),
    "curl {base}/auth/login/ -H 'Content-Type: application/json' -d '" + PASSWORD + "'": "The body is no JSON.",
    'curl --json \'{{"username": "alice",}}\' {base}/auth/login/': "The JSON can't be read.",
    "curl {base}/auth/login/ -F username=alice -F password=alice-demo-pass": "It is sent as for a file.",
    "curl {base}/auth/login/ -d email=alice@example.com -d password=alice-demo-pass": "The field email is another's.",
    "curl {base}/auth/login/ -d username=alice": "password is missing.",
    "curl {base}/auth/login/ -d username=nobody -d password=x": "No account has this name.",
    "curl {base}/auth/login/ -d username=alice -d password=x": "The password is wrong.",
    "curl -X PUT {base}" + VOTE + " -H 'Authorization: Token {token}' -d choice_id=1": "The field choice_id is another's.",
    "curl {base}/api/token/ -d '" + PASSWORD + "'": "The path is another.",
    "curl -X POST {base}/auth/refresh/ -d refresh=x": "That verb is not there.",
    "curl -X PUT {base}" + VOTE.rstrip("/") + " -H 'Authorization: Token {token}' -d choice=1": "The last slash is missing.",
}
JWT = {
    "curl {base}" + READ + " -H 'Authorization: Bearer {refresh}'": "The refresh token is used as the access token.",
    "curl {base}" + READ + " -H 'Authorization: JWT {access}'": "The word before the token is another scheme's.",
    "curl {base}" + READ + " -H 'Authorization: Bearer {cut}'": "This is no credential that the site knows.",
}
SESSION = {
    "curl -X PUT {base}"
    + VOTE
    + " -b 'sessionid={sessionid}; csrftoken={csrftoken}' -d choice=1": "The CSRF header is missing.",
    "curl -X PUT {base}"
    + VOTE
    + " -b sessionid={sessionid} -H 'X-CSRFToken: {csrftoken}' -d choice=1": "The CSRF cookie is missing.",
    "curl -X PUT {base}" + VOTE + " -b 'sessionid={sessionid}; csrftoken={csrftoken}' -d choice=1 -H X-CSRFToken:" + "z" * 32: (
        "CSRF cookie and header differ."
    ),
    "curl {base}" + READ + " -H 'Authorization: Token abcdefghijkl'": "The credential is for another scheme.",
    "curl {base}/auth/login/ -d '" + PASSWORD + "'": "The CSRF header is missing.",
}
OAUTH2 = {
    "curl {base}/auth/token/ " + GRANT + " -d client_id=demo-client -d 'client_secret=pbkdf2_sha256$1000000$salt$aGFzaA=='": (
        "The client secret is a hash."
    ),
    "curl {base}/auth/token/ -u 'demo-client:client_secret$1000$salt$aGFzaA==' " + GRANT: "The client secret is a hash.",
    'curl --json \'{{"grant_type": "password", "username": "alice", "password": "alice-demo-pass", '
    '"client_id": "demo-client", "client_secret": "demo-secret"}}\' {base}/auth/token/': (
        "JSON goes to an endpoint that takes a form."
    ),
    "curl {base}/auth/token/ -u alice:alice-demo-pass " + GRANT: "No application has this client_id.",
    "curl {base}/auth/token/ -u demo-client:wrong " + GRANT: "The client secret is wrong.",
    "curl {base}/auth/token/ " + GRANT: "No application is named.",
    "curl {base}/auth/token/ -u demo-client:demo-secret " + GRANT + " " + CLIENT: "The application is named twice.",
    "curl {base}/o/token/ " + GRANT + " " + CLIENT: "The path is another.",
    "curl {base}/auth/token/ -d username=alice -d password=alice-demo-pass " + CLIENT: "grant_type is missing.",
    "curl {base}" + READ + " -H 'Authorization: Bearer {refresh_token}'": "The refresh token is used as the access token.",
}
LINES = [
    *lines("token", EVERYWHERE | TOKEN),
    *lines("jwt", JWT),
    *lines("session", SESSION),
    *lines("oauth2", OAUTH2),
]


@pytest.mark.parametrize(("profile", "line", "mistake"), LINES)
def test_a_mistake_is_named_first(profile, line, mistake, site, alice, inspector):
    told = explained(
        inspector,
        line.format(base=site.address, host=site.address[7:], cut=alice.variables.get("access", "")[:99], **alice.variables),
    )
    assert told["findings"], told
    assert told["findings"][0]["mistake"] == mistake


@pytest.mark.parametrize("profile", ["session", "token", "jwt", "oauth2", "jwt-stock", "session-stock", "basic"])
def test_what_is_right_is_said_to_be_right_and_the_corrected_line_works(profile, site, alice, inspector):
    bare = explained(inspector, f"curl -i {site.address}{READ}")
    assert [finding["mistake"] for finding in bare["findings"]] == ["No credential goes along."]
    assert pasted(bare["findings"][0]["instead"]).startswith("HTTP/1.1 200")
    headers = "".join(f' -H "{name}: {alice.fill(value)}"' for name, value in alice.scheme.read.items())
    right = explained(inspector, f"curl -i {site.address}{READ}{headers}")
    assert right["findings"] == []
    assert "nothing is wrong" in right["summary"]
    assert "answers 200" in right["summary"]
    headers = "".join(f' -H "{name}: {alice.fill(value)}"' for name, value in alice.scheme.write.items())
    assert explained(inspector, f"curl -X PUT {site.address}{VOTE} -d choice=2{headers}")["findings"] == []


@pytest.mark.parametrize("profile", ["token"])
def test_a_corrected_line_does_what_the_first_was_to_do(profile, site, alice, inspector):
    token = alice.variables["token"]
    for line in (
        f"curl {site.address}{READ} -H 'Authorization: Bearer {token}'",
        f"curl {site.address}{READ} -H 'Authorization: {token}'",
        f"curl {site.address}/polls/api//questions/1/ -H 'Authorization: Token {token}'",
        f"curl -X PUT {site.address}{VOTE} -H 'Authorization: Token {token}'",
        f"curl -X PUT {site.address}{VOTE} -H 'Authorization: Token {token}' -d choice_id=1",
        f"curl {site.address}/api/token/ -d 'username=alice&password=alice-demo-pass'",
        f"""curl {site.address}/auth/login/ -d '{{"username": "alice", "password": "alice-demo-pass"}}'""",
        f"curl {site.address}/auth/login/ -F username=alice -F password=alice-demo-pass",
    ):
        (finding,) = explained(inspector, line)["findings"]
        assert pasted(finding["instead"]).startswith("HTTP/1.1 200"), finding


@pytest.mark.parametrize("profile", ["jwt"])
def test_what_is_over_is_told_from_what_never_was(profile, site, alice, inspector, sites):
    line = f"curl {site.address}{READ} -H 'Authorization: Bearer {alice.variables['access']}'"
    assert explained(inspector, line)["findings"] == []
    other = Client(site.address, card("jwt"))
    other.variables |= alice.variables
    other.do(other.scheme.logout)
    assert explained(inspector, line)["findings"][0]["mistake"] == "The credential has ended."
    token = sites("token")
    stranger = Client(token.address, card("token"))
    stranger.login()
    there = f"curl {token.address}{READ} -H 'Authorization: Token {alice.variables['access']}'"
    told = explained(inspector, there)
    assert told["profile"] == "token"
    assert told["findings"][0]["mistake"] == "The credential is another profile's."


@pytest.mark.parametrize("profile", ["jwt"])
def test_what_has_expired_is_told_with_its_time(profile, site, alice, inspector):
    line = f"curl {site.address}{READ} -H 'Authorization: Bearer {alice.variables['access']}'"
    key = {"X-Lab-Key": site.environment["LAB_KEY"]}
    alice.send("GET", "/", key | {"X-Lab-Clock": "301"})
    try:
        (finding,) = explained(inspector, line)["findings"]
    finally:
        alice.send("GET", "/", key | {"X-Lab-Clock": "0"})
    assert finding["mistake"].startswith("The credential has expired at ")
    assert "/auth/refresh/" in finding["why"]


@pytest.mark.parametrize("profile", ["oauth2"])
def test_a_scope_that_is_too_small_is_told(profile, site, alice, inspector):
    form = {**alice.scheme.login.body, "scope": "read"}
    answer = alice.send("POST", "/auth/token/", data={name: alice.fill(value) for name, value in form.items()})
    line = f"curl -X PUT {site.address}{VOTE} -d choice=1 -H 'Authorization: Bearer {answer.json()['access_token']}'"
    (finding,) = explained(inspector, line)["findings"]
    assert finding["mistake"] == "The scope is too small."


@pytest.mark.django_db
def test_a_deactivated_account_is_told_from_a_wrong_password():
    User.objects.create_user("carol", "carol@example.com", "carol-has-one", is_active=False)
    told = explain("curl $BASE/auth/login/ -d username=carol -d password=carol-has-one", "http://127.0.0.1:8000")
    assert "The account is deactivated." in [finding["mistake"] for finding in told["findings"]]


@pytest.mark.parametrize("profile", ["token"])
def test_the_command_says_the_same(profile, site, alice, inspector):
    line = f"curl {site.address}{READ} -H 'Authorization: Bearer {alice.variables['token']}'"
    said = manage(["explain", line], dict(site.environment))
    finding = explained(inspector, line)["findings"][0]
    assert finding["mistake"] in said
    assert finding["instead"] in said


@pytest.mark.parametrize("profile", ["token"])
def test_what_is_no_line_is_refused_with_the_reason(profile, inspector):
    for fields in ({}, {"line": 1}, {"line": ""}, {"line": "wget http://x/"}, {"line": "curl 'http://x/"}, {"line": "curl -i"}):
        answer = inspector.post("explain", **fields)
        assert answer.status_code == 400
        assert answer.json()["detail"]


@pytest.mark.parametrize("profile", ["jwt"])
def test_no_line_is_so_odd_that_it_fails(site, inspector):
    deep = urlsafe_b64encode(b'{"a":' * 3000).decode().rstrip("=")
    number = urlsafe_b64encode('{"user_id": "²", "sid": -1, "exp": 1e99}'.encode()).decode().rstrip("=")
    for line in (
        "curl http://[::1",
        "curl http://127.0.0.1:port/",
        f"curl {site.address}/%00%ff/ -H 'Authorization: Bearer \ud800'",
        f"curl {site.address}{READ} -H 'Authorization: Bearer eyJ.{deep}.x'",
        f"curl {site.address}{READ} -H 'Authorization: Bearer eyJ.{number}.x'",
        f"curl {site.address}{READ} -H 'Authorization: \u20ac \u20ac'",
        f"curl {site.address}{READ} -H : -H '' -X '' -d '' -b = -u :",
        f"curl {site.address}/auth/login/ -d username=%00 -d password=%00",
        f"curl --json '{'[' * 5000}' {site.address}/auth/login/",
        f"curl {site.address}{VOTE} -X PUT -d @votes.json -F a=@b",
        "curl -X",
        "curl -" + "s" * 19000 + " -H",
    ):
        answer = inspector.post("explain", line=line)
        assert answer.status_code in (200, 400), (line[:80], answer.status_code)
    for token in ("\ud800", f"{deep}.{deep}.x", "", None, [1]):
        assert inspector.post("signature", token=token).json()["valid"] is False


def test_a_line_is_read_as_curl_reads_it():
    line = read(
        "$ curl.exe -sikXPOST -HAccept:text/html --header 'Authorization: Token x' \\\n  -d a=1 --data-urlencode 'b=1 2' "
        "-u me:it http://127.0.0.1/x/ | jq ."
    )
    assert (line.program, line.method, line.address, line.body) == ("curl.exe", "POST", "http://127.0.0.1/x/", "a=1&b=1%202")
    assert line.headers == [("Accept", "text/html"), ("Authorization", "Token x")]
    assert (line.user, line.content_type) == ("me:it", "application/x-www-form-urlencoded")
    assert read("TOKEN=$(curl -s localhost/x -G -d a=1)").method == "GET"
    assert read("curl localhost/x -G -d a=1").query == [("a", "1")]
    assert read("curl -I localhost/x").method == "HEAD"
    assert read("curl --json '{\"a\": 1}' localhost").content_type == "application/json"
    assert read("curl ^\n localhost/x/").path == "/x/"
    with pytest.raises(CannotRead):
        read("echo hello")


def explained(inspector, line: str) -> dict:
    answer = inspector.post("explain", line=line)
    assert answer.status_code == 200, answer.text
    return answer.json()


def pasted(lines: str) -> str:
    """What the last line of all prints."""
    need("bash", "curl")
    said = subprocess.run(["bash", "-c", lines], text=True, capture_output=True, check=True).stdout
    return "HTTP/1.1" + said.rpartition("HTTP/1.1")[2]


@pytest.mark.parametrize("application", ["", " -d client_id=nobody"])
@pytest.mark.parametrize("profile", ["oauth2"])
def test_what_is_told_instead_of_a_wrong_application_is_a_post(site, inspector, application):
    told = inspector.post("explain", line=f"curl {site.address}/auth/token/ {GRANT}{application}").json()
    assert "-X GET" not in told["findings"][0]["instead"]
    assert "client_id=demo-client" in told["findings"][0]["instead"]


@pytest.mark.parametrize("profile", ["token"])
def test_a_field_without_a_name_is_no_failure(site, inspector):
    assert inspector.post("explain", line=f"curl {site.address}/auth/login/ -d =x").json()["findings"]
