"""What everybody does with a scheme, composed once from any card: the seven steps."""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module

from django.conf import settings

from schemes import PROFILES, STOCK
from schemes.contract import Scheme, Step

READ = "/polls/api/questions/1/"
VOTE = "/polls/api/questions/1/vote/"

DEMO = {
    "username": "alice",
    "password": "alice-demo-pass",
    "client_id": "demo-client",
    "client_secret": "demo-secret",
    "choice": "1",
    "basic": b64encode(b"alice:alice-demo-pass").decode(),
}
"""What a reader of the demo types; every other variable comes from an answer."""


def card(profile: str = "") -> Scheme:
    """The card of a profile; without a name, of the active one. A stock profile says how it differs from the hardened one."""
    name = profile or settings.AUTH_PROFILE
    scheme, module = PROFILES[name]
    hardened: Scheme = import_module(f"schemes.{scheme}.steps").SCHEME
    if name not in STOCK.values():
        return hardened
    stock: Scheme = import_module(module).card(hardened)
    return stock


def sign_in(scheme: Scheme) -> tuple[Step, ...]:
    """The requests that get a credential; none where there is none to get."""
    return tuple(step for step in (scheme.before, scheme.login) if step)


@dataclass(frozen=True)
class Exchange:
    """One request of the story. `id` is its name everywhere: `jwt-4`, or `jwt-6b` where a step has several."""

    id: str
    title: str
    step: Step


@dataclass(frozen=True)
class Chapter:
    """One of the seven steps. A step that a scheme lacks keeps its number, has no requests, and says why."""

    id: str
    number: int
    title: str
    what: str
    why: str
    exchanges: tuple[Exchange, ...]


def seven_steps(profile: str = "", scheme: Scheme | None = None) -> list[Chapter]:
    """The same story for every profile; 6 and 7 are where they really differ. `scheme`: of a site with a card of its own."""
    name = profile or settings.AUTH_PROFILE
    scheme = scheme or card(name)
    chapters = [_ask(scheme), _get(scheme), _read(scheme), _vote(scheme), _renew(scheme), _break(scheme), _end(scheme)]
    return [_numbered(f"{name}-{number}", number, *chapter) for number, chapter in enumerate(chapters, start=1)]


def exchanges(profile: str = "") -> list[Exchange]:
    """Every request of the story, in turn."""
    return [exchange for chapter in seven_steps(profile) for exchange in chapter.exchanges]


Titled = tuple[str, Step]
Told = tuple[str, str, str, Iterable[Titled]]
"""Title, what happens in one sentence, why in one sentence, requests."""


def _numbered(id_: str, number: int, title: str, what: str, why: str, requests: Iterable[Titled]) -> Chapter:
    told = list(requests)
    letters = [""] if len(told) == 1 else [chr(ord("a") + n) for n in range(len(told))]
    exchanges = tuple(Exchange(id_ + letter, *one) for letter, one in zip(letters, told, strict=True))
    return Chapter(id_, number, title, what, why, exchanges)


def _ask(scheme: Scheme) -> Told:
    what = "Read question 1 as somebody whom nobody knows: the API says no."
    why = "A 401 brings a challenge, which says what kind of credential is wanted (RFC 9110 section 11.6.1)."
    if scheme.refused == 403:
        why = "A cookie has no challenge to send along, and a 401 needs one (RFC 9110 section 15.5.2): so this is a 403."
    ask = Step("GET", READ, why, status=scheme.refused)
    return "Ask without a credential", what, why, [("Ask without a credential", ask)]


def _get(scheme: Scheme) -> Told:
    if not scheme.login:
        what, why = "There is none to get.", "The password itself goes along on every request: what is stolen is the password."
        return "Get a credential", what, why, []
    what = f"Sign in as {DEMO['username']}, and keep what the answer gives."
    first = {f"first_{scheme.renewal}": scheme.login.keep[scheme.renewal]} if scheme.renewal else {}
    sign_in = replace(scheme.login, keep={**scheme.login.keep, **first})
    before = [("Ask for a CSRF token", scheme.before)] if scheme.before else []
    return "Get a credential", what, scheme.login.why, [*before, ("Sign in", sign_in)]


def _read(scheme: Scheme) -> Told:
    what = "Ask once more, with the credential."
    why = "This is what the credential is for: it says who asks, with every request."
    return "Read", what, why, [("Read question 1", _reading(scheme, why))]


def _reading(scheme: Scheme, why: str, status: int = 200) -> Step:
    return Step("GET", READ, why, scheme.read, status=status)


def _vote(scheme: Scheme) -> Told:
    what = "Vote for the first choice."
    beside = " and ".join(sorted(set(scheme.write) - set(scheme.read)))
    why = "The credential is enough: no browser adds it by itself, so no page of a stranger's can vote with it."
    if beside:
        why = f"A browser adds the cookie by itself, whoever asks it to; {beside} proves that our own page asked."
    return "Vote", what, why, [("Vote", _voting(scheme, why))]


def _voting(scheme: Scheme, why: str) -> Step:
    missing = dict.fromkeys(sorted(scheme.credential), scheme.refused)
    return Step("PUT", VOTE, why, scheme.write, {"choice": "{choice}"}, without=missing)


def _renew(scheme: Scheme) -> Told:
    if not scheme.refresh:
        what = "Nothing is renewed here."
        why = "When the time of the credential is over, sign in again." if scheme.lifetimes else "The credential has no end."
        return "Renew it", what, why, []
    return "Renew it", "Exchange what renews for the next credential.", scheme.refresh.why, [("Renew", scheme.refresh)]


def _break(scheme: Scheme) -> Told:
    what = "Change the credential, or leave out one secret of each request: nothing may open."
    why = "A credential is worth what is refused without it. Each secret that the requests above carry is left out once."
    return "Break it", what, why, [*_changed(scheme), *_incomplete(scheme), *_replayed(scheme)]


def _changed(scheme: Scheme) -> Iterator[Titled]:
    changed = {name: value.replace("}", "}x", 1) for name, value in scheme.read.items()}
    why = "One letter more, and it is no credential of anybody."
    yield "Read with a letter more", replace(_reading(scheme, why, scheme.refused), headers=changed)
    word, _, rest = scheme.read.get("Authorization", "").partition(" ")
    if word:
        other = {"Authorization": f"{'Token' if word == 'Bearer' else 'Bearer'} {rest}"}
        why = f"The credential is right, the word before it is another scheme's: this one wants {word}."
        yield "Read with the word of another scheme", replace(_reading(scheme, why, scheme.refused), headers=other)
    if scheme.renewal:
        renewal = {"Authorization": f"{word} {{{scheme.renewal}}}"}
        why = "What renews lives long, and so must not open anything by itself."
        yield "Read with the refresh token", replace(_reading(scheme, why, scheme.refused), headers=renewal)


MISSED = {
    "password": "A name is no secret, and proves nothing.",
    "client_secret": "The application, too, has to show who it is.",
    "csrftoken": "A stranger's page makes the browser send the cookie, and can't know the header: both must be there.",
}


def _incomplete(scheme: Scheme) -> Iterator[Titled]:
    """Every request of the story that worked, without each of its secrets in turn."""
    verbs = [("Sign in", scheme.login), ("Vote", _voting(scheme, "")), ("Renew", scheme.refresh), ("Log out", scheme.logout)]
    for title, step in [(title, step) for title, step in verbs if step]:
        for variable, status in step.without.items():
            for piece, lesser in _less(step, variable):
                why = MISSED.get(variable, "What renews is not there, so there is nothing to renew.")
                if variable in scheme.credential - set(MISSED):
                    why = "Without it the request is nobody's."
                yield f"{title} without {piece}", replace(lesser, why=why, status=status, keep={}, without={})


def _less(step: Step, variable: str) -> Iterator[Titled]:
    """The step without each header, cookie or field that holds the variable, and the name of what is missing."""
    holds = f"{{{variable}}}"
    for name, value in step.headers.items():
        parts = value.split("; ") if name == "Cookie" else [value]
        for part in parts:
            if holds in part:
                left = {name: "; ".join(other for other in parts if other != part)}
                headers = {**step.headers, **left}
                piece = f"the cookie {part.partition('=')[0]}" if name == "Cookie" else f"the header {name}"
                yield piece, replace(step, headers={name: value for name, value in headers.items() if value})
    for name, value in step.body.items():
        if holds in value:
            yield f"the field {name}", replace(step, body={other: value for other, value in step.body.items() if other != name})


def _replayed(scheme: Scheme) -> Iterator[Titled]:
    """The first refresh token once more, as a thief has it; and what that does to the newest credential."""
    if not scheme.refresh:
        return
    newest, first = f"{{{scheme.renewal}}}", f"{{first_{scheme.renewal}}}"
    body = {name: first if value == newest else value for name, value in scheme.refresh.body.items()}
    ends = scheme.family_ends
    renews = scheme.replayed < 400
    why = "It was used, and still renews." if renews else "It was used in step 5, so somebody holds a copy."
    keep = scheme.refresh.keep if renews else {}
    again = replace(scheme.refresh, body=body, why=why, status=scheme.replayed, keep=keep, without={})
    yield "Renew with the first refresh token again", again
    why = "The sign-in goes on, for owner and thief."
    if ends:
        why = "Owner or thief, nobody can tell who was first: so the whole sign-in has ended."
    yield "Read with the newest credential", _reading(scheme, why, scheme.refused if ends else 200)
    if scheme.login:
        yield "Sign in again", scheme.login


def _end(scheme: Scheme) -> Told:
    why = "There is no logout: a copy of the credential works for as long as it lives."
    if not scheme.logout:
        if not scheme.login:
            why = "There is nothing to end: the password works until it is changed."
        what = "Send the same credential once more; there is no way to end it."
        return "End it and try again", what, why, [("Read again", _reading(scheme, why))]
    again = "The same credential as before."
    requests = [("Log out", scheme.logout), ("Read again", _reading(scheme, again, scheme.refused))]
    if scheme.refresh:
        requests += [("Renew again", replace(scheme.refresh, why=again, status=scheme.replayed, keep={}, without={}))]
    return "End it and try again", "Log out, and send the same credential once more.", scheme.logout.why, requests
