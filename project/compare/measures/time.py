"""Over time: how long a credential lives, and how long a copy of it lives on after the event that should have ended it.

Nothing is waited for: the site's clock is moved, and a search finds the second from which the copy opens nothing any more.
"""

import secrets
import time as clock
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Barrier, Thread
from typing import Any

import jwt
from jwcrypto.jwk import JWK

from project.compare.client import Client
from project.compare.laboratory import TEN_YEARS, Subject
from project.compare.results import Cell, Row
from schemes.story import READ

HORIZON = TEN_YEARS
"""Seconds. What still lives then is said to live for ever."""
QUESTION = {"question_text": "May I?", "pub_date": "2030-01-01T00:00:00Z", "choices": [{"choice_text": "Yes"}]}
CREDENTIALS = "/auth/credentials/"
KEYS = "/.well-known/jwks.json"
AT_ONCE = 6
LATE = 0.4
"""The part of a second after which a sign-in might end in the next one."""

STOPWATCH = (
    "A copy of everything that the client holds, what renews it included; the event; then the site's clock is moved, and a "
    "search finds the first second at which the copy neither opens the API nor can be renewed to open it."
)
EVENTS = {
    "logout": (
        "A full copy is dead after logging out",
        "Whoever signs out expects that what is left behind is worthless.",
        "ASVS 7.4.1",
    ),
    "other": (
        "A full copy is dead after ending that device from another",
        "A lost phone is signed out from a laptop.",
        "ASVS 7.5.2",
    ),
    "all": (
        "A full copy is dead after logging out all devices",
        "The one button for somebody who fears the worst.",
        "ASVS 7.4.3, 7.5.2",
    ),
    "password": ("A full copy is dead after a change of the password", "People change it to throw a thief out.", "ASVS 7.4.3"),
    "deactivated": ("A full copy is dead after deactivating the account", "A ban must ban.", "ASVS 7.4.2"),
    "deleted": ("A full copy is dead after deleting the account", "Nobody is left whom it could stand for.", "ASVS 7.4.2"),
    "staff": (
        "A full copy can do nothing of staff's after staff rights are withdrawn",
        "Rights inside a token would outlive the right.",
        "ASVS 8.3.2",
    ),
    "expiry": ("A full copy ends by itself after", "What bounds the damage of a theft that nobody notices.", "ASVS 7.3.2"),
    "restart": (
        "A full copy is dead after a restart of the server",
        "A restart should neither help a thief nor sign everybody out.",
        "",
    ),
    "keys": (
        "A full copy is dead after a change of the server's keys",
        "The last resort after a break-in: what does it end?",
        "ASVS 13.3.1",
    ),
}
ROWS = (
    Row(
        "time-lifetime",
        "time",
        "Life of the credential that a request carries",
        "s",
        "By the moved clock: the first second at which it is refused, without renewing it.",
        "How long a theft pays that nobody notices.",
        "ASVS 7.3.2",
    ),
    Row(
        "time-sliding",
        "time",
        "Fixed or sliding",
        "words",
        "Used at half its life; is it still good just after its end?",
        "A sliding credential lives for as long as a thief keeps using it.",
        "ASVS 7.3.1",
    ),
    Row(
        "time-absolute",
        "time",
        "Seconds from signing in until even renewing ends",
        "s",
        "By the moved clock: renewed again and again at half the life of what renews it.",
        "Without an absolute end a stolen refresh token is a key for ever.",
        "ASVS 10.4.8",
    ),
    *(Row(f"time-{event}", "time", title, "s", STOPWATCH, why, source) for event, (title, why, source) in EVENTS.items()),
    Row(
        "time-offline",
        "time",
        "A copy is dead after logging out, for a service that checks it by published keys",
        "s",
        "The site once more with a key pair, where it can sign with one; after the logout the token is checked by the keys at "
        f"{KEYS} alone: the first second at which that fails.",
        "Who checks tokens without asking anybody hears of no logout, no ban, no new password.",
        "RFC 7517; RFC 8725 section 3.9",
    ),
    Row(
        "time-refresh",
        "time",
        "What a refresh gives",
        "words",
        "One refresh; which of the values in its answer are new.",
        "A refresh token that is replaced at each use shows when somebody else used it.",
        "RFC 9700 section 4.14.2",
    ),
    Row(
        "time-replay",
        "time",
        "A refresh token used twice",
        "words",
        "Refresh, then once more with the old token, then a read with the new credential.",
        "The second use is a theft, and nobody knows whether the first or the second was the thief.",
        "RFC 9700 section 4.14.2, ASVS 10.4.5",
    ),
    Row(
        "time-race",
        "time",
        f"{AT_ONCE} refreshes at once with one token",
        "words",
        "Released together by a barrier: how many were granted, how many of the pairs work afterwards, how many errors.",
        "Single use has to hold when it is tried at the same moment too. The counts vary with the machine.",
        "CWE-362, ASVS 15.4.2",
        timing=True,
    ),
    Row(
        "time-second",
        "time",
        "Signing in on a second device",
        "words",
        "Two sign-ins of one person; are the credentials the same string?",
        "One string for all devices cannot be ended on one of them.",
        "ASVS 7.2.4",
    ),
)


def measure(site: Subject) -> Iterator[Cell]:
    """The keys are changed last: from then on the site is another."""
    yield from _life(site)
    for event, happens in HAPPENINGS.items():
        yield _after(site, event, happens)
    yield from _renewal(site)
    yield _second(site)
    yield _after(site, "restart", lambda site, person: site.restart())
    yield _after(site, "keys", _change_keys)
    yield _offline(site)


def seconds(value: float) -> str:
    """As people read it."""
    if value >= HORIZON:
        return "never"
    for unit, size in (("days", 86400), ("h", 3600)):
        if value >= 2 * size and value % size == 0:
            return f"{value / size:.0f} {unit}"
    return f"{value:.1f} s" if value < 1 else f"{value:.0f} s"


@dataclass
class Stopwatch:
    """Seconds from the moment at which somebody signed in, by the site's clock."""

    site: Subject
    began: float

    def at(self, moment: float, opens: Callable[[], bool]) -> bool:
        """Whether it opens at a moment."""
        with self.site.ahead(max(0.0, self.began + moment - clock.time())):
            return opens()

    def dead(self, opens: Callable[[], bool]) -> float:
        """The first whole second at which `opens` says no: 0 for at once, HORIZON for never.

        The furthest moment comes first, and the search then only goes back to moments before those that were refused: a
        credential that is renewed on the way is never used before its time.
        """
        if not opens():
            return 0.0
        if self.at(HORIZON, opens):
            return float(HORIZON)
        low, high = 0, HORIZON
        while high - low > 1:
            middle = (low + high) // 2
            if self.at(middle, opens):
                low = middle
            else:
                high = middle
        return float(high)


def signed_in(site: Subject) -> tuple[Client, Stopwatch]:
    """Somebody, and a stopwatch that began with the sign-in. A JWT counts whole seconds: sign-in and start share one."""
    person = site.visitor()
    while True:
        clock.sleep(max(0.0, 1 - clock.time() % 1) if clock.time() % 1 > LATE else 0)
        began = clock.time()
        person = site.device(person) if person.signed_in else site.newcomer()
        if int(began) == int(clock.time()):
            return person, Stopwatch(site, clock.time())


def _cell(site: Subject, row: str, value: Any, text: str, reason: str = "") -> Cell:
    value = "never" if text == "never" else value
    return Cell(f"time-{row}", site.profile, value, text, reason)


def _nothing(site: Subject, row: str, reason: str) -> Cell:
    return _cell(site, row, "no verb", "no verb", reason)


def _life(site: Subject) -> Iterator[Cell]:
    if not site.scheme.login:
        for row in ("lifetime", "sliding", "absolute"):
            yield _cell(site, row, None, "–", "There is no credential but the password.")
        return
    person, watch = signed_in(site)
    alone = watch.dead(lambda: person.ask("GET", READ).status_code == 200)
    yield _cell(site, "lifetime", alone, seconds(alone), f"Discovery says {_promised(site)}.")
    if alone >= HORIZON:
        yield _cell(site, "sliding", "no end", "no end", "It never ends, used or not.")
    else:
        person, watch = signed_in(site)
        watch.at(alone / 2, lambda: person.ask("GET", READ).ok)
        word = "sliding" if watch.at(alone + 5, lambda: person.ask("GET", READ).ok) else "fixed"
        yield _cell(site, "sliding", word, word)
    if not site.scheme.refresh:
        yield _cell(site, "absolute", alone, seconds(alone), "Nothing renews it.")
        return
    yield _absolute(site)


def _promised(site: Subject) -> str:
    lifetimes = site.visitor().send("GET", "/auth/").json()["lifetimes"]
    return ", ".join(f"{what} {value} s" for what, value in lifetimes.items()) or "nothing"


def _absolute(site: Subject) -> Cell:
    """Renew at half of what is left, until it is refused; or until it is clear that it never will be."""
    person, watch = signed_in(site)
    alone = watch.dead(_renewing(site, person))
    if alone >= HORIZON:
        return _cell(site, "absolute", alone, "never", "The refresh token has no end.")
    person, watch = signed_in(site)
    for turn in range(1, 9):
        if not watch.at(turn * alone / 2, person.opens):
            return _cell(site, "absolute", alone, seconds(alone), "However often it is renewed.")
    return _cell(site, "absolute", float(HORIZON), "never", f"Renewed every {alone / 2:.0f} s it goes on and on.")


def _renewing(site: Subject, thief: Client) -> Callable[[], bool]:
    """Whether what was copied opens the API, renewed if need be; a thief keeps what replaces it, where anything does."""
    return lambda: (thief if site.scheme.rotates else thief.copy()).opens()


def _after(site: Subject, event: str, happens: Callable[[Subject, Client], str | None]) -> Cell:
    """A stopwatch: the event, then how long the copy lives on. What happens may answer that the library has no such verb."""
    person, watch = signed_in(site)
    thief = person.copy()
    lacking = happens(site, person)
    if lacking:
        return _nothing(site, event, lacking)
    if event == "staff":
        lives = watch.dead(_staff(thief))
        return _cell(site, event, lives, seconds(lives))
    access = watch.dead(lambda: thief.ask("GET", READ).status_code == 200) if site.scheme.refresh else 0.0
    lives = max(access, watch.dead(_renewing(site, thief)))
    reason = f"The access token lives for {seconds(access)}, what renews it for {seconds(lives)}." if access != lives else ""
    return _cell(site, event, lives, seconds(lives), reason if site.scheme.refresh else "")


def _staff(thief: Client) -> Callable[[], bool]:
    return lambda: thief.ask("POST", "/polls/api/questions/", json=QUESTION).status_code == 201


def _log_out(site: Subject, person: Client) -> str | None:
    if not person.scheme.logout:
        return "There is no logout, as shipped."
    person.do(person.scheme.logout)
    return None


def _end_from_another(site: Subject, person: Client) -> str | None:
    listed = site.device(person).ask("GET", CREDENTIALS)
    if listed.status_code == 404:
        return "There is no list of credentials to end one of."
    other = site.device(person)
    theirs = [row for row in other.ask("GET", CREDENTIALS).json() if not row["current"]]
    for row in theirs:
        other.ask("DELETE", f"{CREDENTIALS}{row['id']}/").raise_for_status()
    return None


def _log_out_everywhere(site: Subject, person: Client) -> str | None:
    answer = person.ask("POST", "/auth/logout/all/")
    return "There is no logout of all devices." if answer.status_code in (403, 404, 405) else None


def _change_password(site: Subject, person: Client) -> None:
    body = {"old_password": person.variables["password"], "new_password": "another-good-phrase-9"}
    person.ask("POST", "/accounts/password/", json=body).raise_for_status()


def _deactivate(site: Subject, person: Client) -> None:
    site.deactivate(person)


def _delete(site: Subject, person: Client) -> None:
    site.delete(person)


def _withdraw_staff(site: Subject, person: Client) -> None:
    site.grant_staff(person)
    if not _staff(person)():
        raise RuntimeError("Staff can't do what staff alone may do.")
    site.withdraw_staff(person)


def _expire(site: Subject, person: Client) -> None:
    """Nothing happens."""


def _change_keys(site: Subject, person: Client) -> None:
    site.restart(**{name: secrets.token_urlsafe(64) for name in ("SECRET_KEY", "JWT_SIGNING_KEY")})


HAPPENINGS: dict[str, Callable[[Subject, Client], str | None]] = {
    "logout": _log_out,
    "other": _end_from_another,
    "all": _log_out_everywhere,
    "password": _change_password,
    "deactivated": _deactivate,
    "deleted": _delete,
    "staff": _withdraw_staff,
    "expiry": _expire,
}


def _offline(site: Subject) -> Cell:
    """What another service makes of a token that was signed out here, knowing nothing but where the keys are."""
    pair = JWK.generate(kty="OKP", crv="Ed25519").export_to_pem(private_key=True, password=None).decode()
    usual = {name: site.environment.get(name, "") for name in ("JWT_ALGORITHM", "JWT_SIGNING_KEY")}
    site.restart(JWT_ALGORITHM="EdDSA", JWT_SIGNING_KEY=pair)
    try:
        return _checked_elsewhere(site)
    finally:
        site.restart(**usual)


def _checked_elsewhere(site: Subject) -> Cell:
    if site.visitor().send("GET", KEYS).status_code == 404:
        return _cell(site, "offline", "must ask", "must ask", "There is nothing to check it by: such a service asks this site.")
    person, watch = signed_in(site)
    token = person.variables[min(person.scheme.credential)]
    _log_out(site, person)
    key = jwt.PyJWKClient(site.address + KEYS).get_signing_key_from_jwt(token)
    audience = jwt.decode(token, options={"verify_signature": False})["aud"]

    def taken(moment: int) -> bool:
        """By a clock that is ahead: leeway is what is taken off the service's own."""
        ahead = watch.began + moment - clock.time()
        try:
            jwt.decode(token, key, algorithms=["EdDSA"], audience=audience, leeway=-ahead, options={"verify_iat": False})
        except jwt.InvalidTokenError:
            return False
        return True

    lives = float(bisect_left(range(HORIZON), x=True, key=lambda moment: not taken(moment)))
    return _cell(site, "offline", lives, seconds(lives), "Here the copy is dead at once; there it lives until it expires.")


def _renewal(site: Subject) -> Iterator[Cell]:
    refresh = site.scheme.refresh
    if not refresh:
        for row in ("refresh", "replay", "race"):
            yield _cell(site, row, None, "–", "Nothing is renewed.")
        return
    person = site.newcomer()
    before = dict(person.variables)
    old = person.copy()
    person.do(refresh).raise_for_status()
    new = sorted(name for name in refresh.keep if person.variables[name] != before[name])
    given = f"new {' and '.join(new)}"
    yield _cell(site, "refresh", given, given, "" if site.scheme.rotates else "The refresh token stays the same.")
    again = old.do(refresh)
    lives = person.ask("GET", READ).status_code == 200
    refused = "refused; the new pair lives on" if lives else "refused, and everything ends"
    word = "granted again" if again.ok else refused
    yield _cell(site, "replay", word, word, f"The second use: {again.status_code}.")
    yield _race(site)


def _race(site: Subject) -> Cell:
    person = site.newcomer()
    devices = [person.copy() for _ in range(AT_ONCE)]
    together = Barrier(AT_ONCE)
    statuses: list[int] = []

    def go(device: Client) -> None:
        together.wait()
        statuses.append(device.do(device.scheme.refresh).status_code)  # type: ignore[arg-type]

    threads = [Thread(target=go, args=[device]) for device in devices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    granted = statuses.count(200)
    usable = {device.variables[name] for device in devices for name in device.scheme.credential if _works(device)}
    fresh = len(usable - {person.variables[name] for name in person.scheme.credential})
    errors = sum(status >= 500 for status in statuses)
    text = f"{granted} granted, {fresh} usable, {errors} errors"
    reason = (
        "The others are replays, which end the whole sign-in: a client must not refresh twice at once."
        if granted and not fresh
        else ""
    )
    return _cell(site, "race", text, text, reason)


def _works(device: Client) -> bool:
    return device.ask("GET", READ).status_code == 200


def _second(site: Subject) -> Cell:
    if not site.scheme.login:
        return _cell(site, "second", None, "–", "There is no signing in.")
    person = site.newcomer()
    other = site.device(person)
    same = all(person.variables[name] == other.variables[name] for name in person.scheme.login.keep)  # type: ignore[union-attr]
    word = "the same string" if same else "its own credential"
    return _cell(site, "second", word, word)
