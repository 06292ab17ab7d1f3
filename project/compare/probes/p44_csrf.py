"""A foreign page makes the browser of somebody who is signed in send requests; the cookie goes along by itself.

A good site asks for what a foreign page can't know, and changes nothing otherwise; a GET never changes anything.
"""

from typing import Any

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject
from schemes.story import READ, VOTE

ATTACK = Attack(
    id="P44",
    title="Requests of a foreign page",
    steps="Vote with the cookie and no token, a wrong one, somebody else's; with the token but a foreign or null Origin; as "
    "text/plain; as GET and POST that claim to be PUT; log out by GET, and by POST with no token; look for a vote.",
    why="A browser sends cookies whoever asked it to.",
    source="ASVS 3.5.1-3.5.3, WSTG-SESS-05",
)


def probe(site: Subject, trial: Trial) -> None:
    scheme = site.scheme
    if "Cookie" not in scheme.read:
        trial.does_not_apply("There is no ambient credential: no browser sends this header by itself.")
    person, other = site.newcomer(), site.newcomer()
    cookie, right = person.filled(scheme.read), person.filled(scheme.write)
    plain = {"Content-Type": "text/plain"}
    put, form = {"json": {"choice": 1}}, {"data": {"choice": "1"}}
    text = {"data": '{"choice": 1}'}
    attempts: list[tuple[str, str, dict[str, str], dict[str, Any]]] = [
        ("no token", "PUT", cookie, put),
        ("a form, no token", "POST", cookie, form),
        ("no token, as text/plain", "POST", cookie | plain, text),
        ("an invented token", "PUT", right | {"X-CSRFToken": "0" * 32}, put),
        ("somebody else's token", "PUT", right | {"X-CSRFToken": other.variables["csrftoken"]}, put),
        ("a foreign Origin", "PUT", right | {"Origin": "http://evil.test"}, put),
        ("Origin: null", "PUT", right | {"Origin": "null"}, put),
        ("GET that claims to be PUT", "GET", cookie | {"X-HTTP-Method-Override": "PUT"}, {"params": {"choice": "1"}}),
        ("GET with _method", "GET", cookie, {"params": {"choice": "1", "_method": "PUT"}}),
        ("POST that claims to be GET", "POST", cookie | {"X-HTTP-Method-Override": "GET"}, form),
        ("POST with _method", "POST", cookie, {"data": {"choice": "1", "_method": "PUT"}}),
    ]
    for what, method, headers, body in attempts:
        trial.refused(what, person.send(method, VOTE, headers, **body))
    voted = person.ask("GET", VOTE).status_code
    trial.note("a vote afterwards", withstood=voted == 404, seen="there is none" if voted == 404 else "there is one")
    if scheme.logout:
        person.send("GET", scheme.logout.path, cookie)
        person.send("POST", scheme.logout.path, cookie | {"Origin": "http://evil.test"})
        status = person.ask("GET", READ).status_code
        trial.note("logged out by a foreign page", withstood=status == 200, seen="no" if status == 200 else "yes")
    status = person.ask("PUT", VOTE, json={"choice": 1}).status_code
    trial.unharmed("a vote with cookie and token", works=status == 200, seen=str(status))
