"""Many people at once who vote and read, and try again until they are answered: whatever happens to the site meanwhile."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from project.compare.client import Client
from project.compare.servers import HOST, Site
from schemes.story import READ, card

PASSWORD = "correct-horse-battery"
PATIENCE = 60
SLOWER = 10
"""How many times slower the usual read may become, whatever happens to others on two busy cores."""
LATE = 1
"""Seconds that one read of a hundred may take then. No factor of what it takes alone: those few milliseconds are less than what
a crowd of threads in the process that measures is late by itself."""


class Person:
    """Somebody with an account and a credential. `told` counts what they were answered, None where the line went dead."""

    def __init__(self, site: Site, name: str) -> None:
        self.client = Client(site.address, card(site.profile))
        self.site, self.name = site, name
        self.line = http.client.HTTPConnection(HOST, site.port, timeout=PATIENCE)
        self.told: Counter[int | None] = Counter()
        self.odd: list[str] = []
        self.waited: list[float] = []
        """Seconds, of each answer."""
        self.voted: dict[int, int] = {}
        """Question -> choice, of each vote that was answered 200."""

    def register(self) -> "Person":
        body = {"username": self.name, "email": f"{self.name}@example.com", "password": PASSWORD, "password2": PASSWORD}
        assert self.client.send("POST", "/accounts/register/", json=body).status_code == 201
        self.sign_in()
        return self

    def sign_in(self) -> None:
        answer = self.client.login(self.name, PASSWORD)
        assert self.client.signed_in, answer.text

    def devices(self, number: int) -> list["Person"]:
        """So many, with the same credential."""
        devices = [Person(self.site, self.name) for _ in range(number)]
        for device in devices:
            device.client = self.client.copy()
        return devices

    def ask(self, method: str, path: str, body: object = None, credential: bool = True) -> int | None:
        """The status; an answer that no client could make sense of is kept as odd."""
        scheme = self.client.scheme
        headers = self.client.filled(scheme.read if method == "GET" else scheme.write) if credential else {}
        began = time.perf_counter()
        try:
            self.line.request(
                method,
                path,
                json.dumps(body) if body else None,
                headers | ({"Content-Type": "application/json"} if body else {}),
            )
            answer = self.line.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.line.close()
            self.told[None] += 1
            return None
        self.waited.append(time.perf_counter() - began)
        self.told[answer.status] += 1
        if answer.status >= 400:
            understood = answer.headers["Content-Type"] == "application/json" and set(json.loads(text)) == {"detail"}
            if not understood or (answer.status == 503 and int(answer.headers["Retry-After"] or 0) < 1):
                self.odd.append(f"{method} {path} {answer.status}: {text[:200]!r}")
        return answer.status

    def vote_on_all(self, questions: dict[int, list[int]]) -> None:
        """One vote a question, sent again until it is answered 200."""
        for question, choices in random.sample(sorted(questions.items()), len(questions)):
            choice = random.choice(choices)
            deadline = time.monotonic() + PATIENCE
            while (status := self.ask("PUT", f"/polls/api/questions/{question}/vote/", {"choice": choice})) != 200:
                assert time.monotonic() < deadline, f"{self.name} was never answered: {self.told}"
                time.sleep(1 if status == 503 else 0.2)
            self.voted[question] = choice
        self.line.close()

    def read_until(self, over: threading.Event) -> None:
        while not over.wait(0.02):
            self.ask("GET", READ)
        self.line.close()


def crowd(site: Site, number: int) -> list[Person]:
    """`number` people with new accounts, signed in."""
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda n: Person(site, f"person_{site.port}_{n}").register(), range(number)))


def ask_questions(site: Site, number: int) -> dict[int, list[int]]:
    """New questions -> their choices."""
    admin = Client(site.address, card(site.profile))
    admin.login("admin", "admin-demo-pass")
    asked = {}
    for n in range(number):
        body = {"question_text": f"Question {n}?", "choices": [{"choice_text": "Yes"}, {"choice_text": "No"}]}
        answer = admin.ask("POST", "/polls/api/questions/", json=body)
        assert answer.status_code == 201, answer.text
        asked[answer.json()["id"]] = [choice["id"] for choice in answer.json()["choices"]]
    return asked


@contextmanager
def all_at_once(work: list[Callable[[], None]]) -> Iterator[Callable[[], bool]]:
    """Each in a thread; the block may ask whether they are at it. What one raises, the block raises at its end."""
    with ThreadPoolExecutor(len(work)) as pool:
        begun = [pool.submit(one) for one in work]
        yield lambda: not all(one.done() for one in begun)
        for one in begun:
            one.result()


@contextmanager
def reading(people: list[Person]) -> Iterator[None]:
    """They read while the block runs."""
    over = threading.Event()
    with all_at_once([lambda person=person: person.read_until(over) for person in people]):
        try:
            yield
        finally:
            over.set()


def told(people: list[Person]) -> dict[int | None, int]:
    """Status -> how many, None for lines that went dead. Nobody was told anything odd."""
    assert not [odd for person in people for odd in person.odd]
    return dict(sum((person.told for person in people), Counter()))


def share(waited: list[float], part: float) -> float:
    """The quantile, in seconds."""
    return sorted(waited)[min(int(len(waited) * part), len(waited) - 1)]


def slowness(people: list[Person]) -> tuple[float, float]:
    """Median and 99th percentile of what they waited, in seconds; forgotten then."""
    waited = [one for person in people for one in person.waited]
    for person in people:
        person.waited = []
    return share(waited, 0.5), share(waited, 0.99)


def check_votes(people: list[Person], rows: list[tuple[str, int, int]], counters: dict[int, int]) -> None:
    """`rows`: name, question, choice of each vote; `counters`: choice -> votes. Every vote answered 200 is there, once, and the
    counters agree with the rows."""
    names = {person.name for person in people}
    found = Counter((name, question, choice) for name, question, choice in rows if name in names)
    assert found == Counter((p.name, question, choice) for p in people for question, choice in p.voted.items())
    assert counters == {choice: Counter(row[2] for row in rows)[choice] for choice in counters}


ROWS = (
    "SELECT u.username, v.question_id, v.choice_id FROM polls_vote v JOIN accounts_user u ON u.id = v.user_id",
    "SELECT id, votes FROM polls_choice",
)
"""What `check_votes` wants of a database."""
