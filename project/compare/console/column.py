"""A column: one profile's site, and somebody there whom nobody else is. What happens to them, and what travelled for it."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import requests

from project.compare import control
from project.compare.client import Client
from project.compare.console.stopwatch import Stopwatch
from project.compare.laboratory import PHRASE
from project.exchange import travelled
from schemes.story import READ, VOTE, Chapter, card, seven_steps

GOOD, BAD, PARTLY, PLAIN = "good", "bad", "partly", "plain"
"""What is told of a copy in somebody's hands: it is dead, it lives, something between; or nothing of the kind is told."""
LONGEST = 4000
"""Letters of a body that are shown. A sign-in form is a whole page."""

ATTEMPTS = 3
"""To sign in within one second of the clock."""


class Hindered(Exception):
    """The site did not do what the event needs; the message says what it did."""


@dataclass(frozen=True)
class Outcome:
    """What came of an event: a kind, a word or two for the back row, a sentence for who asks why."""

    kind: str
    word: str
    why: str = ""


class Column:
    """Somebody with an account of their own at one site, registered when first needed, anew when the account was lost."""

    def __init__(self, profile: str, address: str) -> None:
        self.profile = profile
        self.address = address
        self.scheme = card(profile)
        self.travelled: list[tuple[str, requests.Response]] = []
        self.doing = ""
        self.username = self.password = ""
        self.account = 0
        self.client = self._visitor()
        self.intact = False
        """Whether the credential that the client holds was given, and nothing was done since to end it."""
        self.stopwatch: Stopwatch | None = None

    def fire(self, event: str) -> dict[str, Any]:
        """One event, as JSON for the page."""
        self.travelled.clear()
        try:
            outcome = EVENTS[event](self)
        except Hindered as error:
            outcome = Outcome(PLAIN, "not done", str(error))
        return {"event": event, "outcome": vars(outcome), "exchanges": self._shown()}

    # Steps

    def sign_in(self) -> Outcome:
        self._sign_in()
        if not self.scheme.login:
            return Outcome(PLAIN, "no sign-in", self._chapter(2).why)
        return Outcome(PLAIN, "signed in", self.scheme.login.why)

    def read(self) -> Outcome:
        self.doing = "Read"
        return self._told(self.client.ask("GET", READ))

    def vote(self) -> Outcome:
        self.doing = "Vote"
        return self._told(self.client.ask("PUT", VOTE, json={"choice": 1}))

    # What should end every copy

    def end(self, how: str) -> Outcome:
        """A copy is made, the event happens, the copy is tried."""
        self._enter()
        copy = self.client.copy()
        return self._replayed(copy, self._end(how))

    def refresh_twice(self) -> Outcome:
        refresh = self.scheme.refresh
        if not refresh:
            return Outcome(PLAIN, "nothing is renewed", self._chapter(5).why)
        self._enter()
        old = self.client.copy()
        self.doing = "Renew"
        if not self.client.do(refresh).ok:
            raise Hindered("It could not be renewed even once.")
        self.doing = "Renew with the same token again"
        again = old.do(refresh)
        self.doing = "Read with the newest credential"
        lives = self.client.ask("GET", READ).ok
        self.intact = lives
        if again.ok:
            return Outcome(BAD, "granted again", "A copied refresh token renews for as long as it lives, and nobody notices.")
        if lives:
            return Outcome(
                PARTLY, "refused; the new pair lives on", "Nobody knows whether the first or the second was the thief."
            )
        return Outcome(GOOD, "refused, and everything ends", "Nobody knows whether the first or the second was the thief.")

    # The stopwatch

    def watch(self, how: str) -> Outcome:
        """A copy is made, the event happens, and the stopwatch runs.

        A JWT counts whole seconds: where the sign-in and the copy share one, the stopwatch shows the lifetime as it was set.
        """
        if not self.account:
            self._register()
        for _ in range(ATTEMPTS):
            time.sleep(1 - time.time() % 1)
            began = int(time.time())
            self._sign_in()
            self.stopwatch = Stopwatch(self.client.copy())
            if int(time.time()) == began:
                break
        lacking = self._end(how)
        return Outcome(PARTLY if lacking else PLAIN, "the stopwatch runs", lacking)

    def run(self, set_clock: Callable[[float], None]) -> dict[str, Any]:
        """The stopwatch tries its copy once more, at the next moment."""
        if not self.stopwatch:
            raise Hindered("No stopwatch runs in this column.")
        self.travelled.clear()
        self.doing = "The copy"
        found = self.stopwatch.step(set_clock)
        return found | {"exchanges": self._shown()[-1:]}

    # How

    def _visitor(self) -> Client:
        return Client(self.address, self.scheme, lambda answer: self.travelled.append((self.doing, answer)))

    def _sign_in(self) -> None:
        """A new credential, of a new account where there is none that lives."""
        if not self.account:
            self._register()
        self.client = self._visitor()
        self.doing = "Sign in"
        answer = self.client.login(self.username, self.password)
        step = self.scheme.login or self.scheme.verify
        if answer.status_code != step.status:
            self.account = 0  # it may be gone: the demo's data can be put back at any time
            raise Hindered(f"The sign-in was answered {answer.status_code}.")
        self.intact = True

    def _enter(self) -> None:
        """Somebody is signed in, with a credential that nothing has ended."""
        if not self.intact:
            self._sign_in()

    def _register(self) -> None:
        self.doing = "Register"
        self.username, self.password = f"console_{secrets.token_hex(6)}", PHRASE
        typed = {"password": PHRASE, "password2": PHRASE}
        account = {"username": self.username, "email": control.account_form(self.username)["email"]}
        answer = self._visitor().send("POST", "/accounts/register/", json=account | typed)
        if answer.status_code != 201:
            raise Hindered(f"The registration was answered {answer.status_code}.")
        self.account = answer.json()["id"]

    def _end(self, how: str) -> str:
        """Do what should end every copy. Returns what the library lacks for it, in words."""
        self.intact = False
        return ENDINGS[how](self)

    def _log_out(self) -> str:
        logout = self.scheme.logout
        if not logout:
            return self._chapter(7).why
        self.doing = "Log out"
        answer = self.client.do(logout)
        if answer.status_code != logout.status:
            raise Hindered(f"The logout was answered {answer.status_code}.")
        return ""

    def _change_password(self) -> str:
        self.doing = "Change the password"
        new = f"{PHRASE}-{secrets.token_hex(4)}"
        body = {"old_password": self.password, "new_password": new}
        answer = self.client.ask("POST", "/accounts/password/", json=body)
        if not answer.ok:
            raise Hindered(f"The change of the password was answered {answer.status_code}.")
        self.password = new
        return ""

    def _deactivate(self) -> str:
        """An administrator does, in Django's admin."""
        try:
            done = control.administrate(self.address, self.account, "change/", control.account_form(self.username))
        except (RuntimeError, requests.HTTPError) as error:
            raise Hindered("The demo's admin could not do it. `manage.py reset_demo` puts the admin back.") from error
        self.travelled.append(("The admin deactivates the account", done))
        self.account = 0
        return ""

    def _replayed(self, copy: Client, lacking: str) -> Outcome:
        """What the copy still does."""
        self.doing = "Read with the copy"
        if copy.ask("GET", READ).ok:
            return Outcome(BAD, "still open", lacking or "The copy reads as before.")
        refresh = self.scheme.refresh
        self.doing = "Renew with the copy"
        if refresh and copy.do(refresh).ok:
            self.doing = "Read with what the copy renewed"
            if copy.ask("GET", READ).ok:
                return Outcome(BAD, "open again by renewing", "What was copied is refused, but what renews it gives a new one.")
        what = "The copy is refused, and what renews it too." if refresh else "The copy is refused from the next request on."
        return Outcome(GOOD, "refused at once", what)

    def _told(self, answer: requests.Response) -> Outcome:
        if answer.ok:
            return Outcome(PLAIN, "let in", f"As {self.username}.")
        why = "The credential counts no more." if self.client.signed_in else "Nobody is signed in here yet."
        return Outcome(PLAIN, "refused", why)

    def _chapter(self, number: int) -> Chapter:
        return seven_steps(self.profile, self.scheme)[number - 1]

    def _shown(self) -> list[dict[str, Any]]:
        return [{"title": title, **_short(answer)} for title, answer in self.travelled]


def _short(answer: requests.Response) -> dict[str, Any]:
    exchange = travelled(answer)
    more = len(exchange.answer_body) - LONGEST
    if more > 0:
        exchange = replace(exchange, answer_body=f"{exchange.answer_body[:LONGEST]}\n… and {more} letters more")
    return exchange.shown()


ENDINGS: dict[str, Callable[[Column], str]] = {
    "log out": Column._log_out,
    "change the password": Column._change_password,
    "deactivate": Column._deactivate,
}
EVENTS: dict[str, Callable[[Column], Outcome]] = {
    "sign in": Column.sign_in,
    "read": Column.read,
    "vote": Column.vote,
    **{how: partial(Column.end, how=how) for how in ENDINGS},
    "refresh twice": Column.refresh_twice,
    **{f"watch: {how}": partial(Column.watch, how=how) for how in ENDINGS},
}
"""What a button fires."""
