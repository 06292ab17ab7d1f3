"""On the server: what a request costs it, what it keeps, and what is lost with a copy of its database."""

import statistics
from collections.abc import Iterator

from project.compare.client import Client
from project.compare.laboratory import PHRASE, TEN_YEARS, Subject
from project.compare.results import Cell, Row
from schemes.story import READ, VOTE, sign_in

SIGN_INS = (1, 5, 100)
READS = 40
ACCOUNTS = "accounts_user"
"""The table that grows with every person, whatever the scheme."""
SHORTEST = 16
"""Characters of a string in a dump that is worth trying: shorter ones can be guessed without a dump."""

WEIGHED = "The length of all values in all tables, before and after signing in; indexes come on top. Some vary by a few bytes."
COUNTED = "The site counts the statements of one request, transactions aside, after a first one has warmed it up."
QUERIES = {
    "login": ("sign-in", "All requests of a sign-in; two of the gate that limits guesses are among them where there is one."),
    "authenticate": ("authentication", "What it takes to turn the credential into a user, on every request."),
    "read": ("a read", "Authentication, the question, its choices: three is the least."),
    "vote": ("a vote", "A change costs more than a read in any scheme."),
    "refresh": ("a refresh", "Paid once in the life of an access token."),
    "logout": ("a logout", "What it takes to end a credential for good."),
}
ROWS = (
    *(
        Row(f"server-queries-{verb}", "server", f"SQL queries of {title}", "queries", COUNTED, why)
        for verb, (title, why) in QUERIES.items()
    ),
    Row(
        "server-share",
        "server",
        "Share of a read spent on authentication",
        "%",
        f"The site's own clock around authentication and around the whole request; median of {READS} reads.",
        "What the scheme costs of a request that does little else; of a real one it is less.",
        timing=True,
    ),
    *(
        row
        for count in SIGN_INS
        for row in (
            Row(
                f"server-rows-{count}",
                "server",
                f"Rows kept after {count} sign-in{'s' if count > 1 else ''}",
                "rows",
                "All tables but that of accounts, before a person registers and after the last of their sign-ins.",
                "What grows with every sign-in has to be cleaned up some day.",
            ),
            Row(
                f"server-bytes-{count}",
                "server",
                f"Bytes kept after {count} sign-in{'s' if count > 1 else ''}",
                "bytes",
                WEIGHED,
                "Times the number of your users, times the devices of each.",
                timing=True,
            ),
        )
    ),
    Row(
        "server-rows-cleaned",
        "server",
        "Rows left ten years later, after the clean-up command",
        "rows",
        "The clean-up command of the card, run ten years ahead on what the sign-ins left.",
        "What no command deletes stays for ever.",
        "ASVS 7.3.2",
    ),
    Row(
        "server-bytes-cleaned",
        "server",
        "Bytes left ten years later, after the clean-up command",
        "bytes",
        WEIGHED,
        "What no command deletes stays for ever.",
        timing=True,
    ),
    Row(
        "server-dump",
        "server",
        "What of a database dump opens the API",
        "words",
        f"The dump is made; every string in it of {SHORTEST} characters or more is sent as the credential; what a sign-in "
        "has left is also sent to renew one.",
        "A stolen backup should not be a set of keys.",
        "ASVS 11.4.2, CWE-312",
    ),
)


def measure(site: Subject, quick: bool = False) -> Iterator[Cell]:
    yield from _queries(site)
    yield _dump(site)
    yield from _kept(site, SIGN_INS[:2] if quick else SIGN_INS)


def _queries(site: Subject) -> Iterator[Cell]:
    person = site.newcomer()
    scheme = site.scheme
    counted: dict[str, tuple[int, str] | None] = dict.fromkeys(QUERIES)
    steps = sign_in(scheme)
    if steps:
        costs = [site.cost(person, lambda step=step: person.do(step)) for step in steps]  # type: ignore[misc]
        counted["login"] = (sum(cost["db"][1] for cost in costs), " + ".join(str(cost["db"][1]) for cost in costs))
    person.ask("GET", READ)
    read = site.cost(person, lambda: person.ask("GET", READ))
    counted["authenticate"] = (read["auth"][1], "")
    counted["read"] = (read["db"][1], "")
    counted["vote"] = (site.cost(person, lambda: person.ask("PUT", VOTE, json={"choice": 1}))["db"][1], "")
    for verb, step in (("refresh", scheme.refresh), ("logout", scheme.logout)):
        if step:
            counted[verb] = (site.cost(person, lambda step=step: person.do(step))["db"][1], "")  # type: ignore[misc]
    for verb, found in counted.items():
        if found is None:
            yield Cell(f"server-queries-{verb}", site.profile, None, "–", f"There is no {QUERIES[verb][0].removeprefix('a ')}.")
        else:
            yield Cell(f"server-queries-{verb}", site.profile, found[0], str(found[0]), found[1])


def share(site: Subject) -> Cell:
    """Where the credential is a password, this is the time of its hash: the site must take its time."""
    person = site.newcomer()
    costs = [site.cost(person, lambda: person.ask("GET", READ)) for _ in range(READS if site.scheme.login else 5)]
    shares = [100 * cost["auth"][0] / cost["total"][0] for cost in costs]
    share = statistics.median(shares)
    low, *_, high = statistics.quantiles(shares, n=10)
    milliseconds = statistics.median(cost["auth"][0] for cost in costs)
    return Cell(
        "server-share",
        site.profile,
        round(share, 1),
        f"{share:.0f} %",
        f"{milliseconds:.2f} ms",
        spread=f"{low:.0f}-{high:.0f}",
    )


def _kept(site: Subject, sign_ins: tuple[int, ...]) -> Iterator[Cell]:
    command = site.scheme.cleanup
    if command:  # what others have left must not count, neither when it is there nor when it goes
        site.manage(command, ahead=TEN_YEARS)
    before, weighed, done = site.rows(), site.weight(without=ACCOUNTS), 0
    account = site.register()
    account.raise_for_status()
    before[ACCOUNTS] += 1
    person = site.visitor()
    person.variables |= {"username": account.json()["username"], "password": PHRASE}
    for count in sign_ins:
        for _ in range(count - done):
            site.device(person)
        done = count
        yield from _grown(site, str(count), before, weighed, "")
    if command:
        site.manage(command, ahead=TEN_YEARS)
    said = f"manage.py {command}: " if command else "There is no clean-up command: "
    yield from _grown(site, "cleaned", before, weighed, said)


def _grown(site: Subject, when: str, before: dict[str, int], weighed: int, said: str) -> Iterator[Cell]:
    """By how many rows and bytes the tables grew."""
    grown = {name: rows - before[name] for name, rows in site.rows().items() if rows > before[name]}
    total, told = sum(grown.values()), ", ".join(f"{rows} in {name}" for name, rows in sorted(grown.items()))
    yield Cell(f"server-rows-{when}", site.profile, total, str(total), f"{said}{told or 'nothing new'}.")
    added = max(0, site.weight(without=ACCOUNTS) - weighed) if total else 0
    yield Cell(f"server-bytes-{when}", site.profile, added, str(added), f"{added / total:.0f} a row" if total else "")


def _dump(site: Subject) -> Cell:
    """Who stole the dump knows the card as well as anybody: every string is tried in every place of it."""
    before = set(site.strings(SHORTEST))
    person = site.newcomer()
    if site.scheme.refresh:
        person.do(site.scheme.refresh)
    opened: dict[str, int] = {}
    tried = 0
    for table, text in site.strings(SHORTEST):
        tried += 1
        if _opens(site, text, renew=(table, text) not in before):
            opened[table] = opened.get(table, 0) + 1
    found = f"strings in {', '.join(sorted(opened))}" if opened else "nothing"
    reason = f"{sum(opened.values())} of {tried} strings" if opened else f"none of {tried} strings"
    return Cell("server-dump", site.profile, found, found, f"{reason}.")


def _opens(site: Subject, text: str, renew: bool) -> bool:
    thief = Client(site.address, site.scheme)
    if not all(letter.isprintable() and letter.isascii() for letter in text):
        return False  # no header can carry it
    thief.variables |= dict.fromkeys(site.scheme.credential, text)
    if thief.ask("GET", READ).status_code == 200:
        return True
    refresh = site.scheme.refresh
    if not renew or refresh is None or site.scheme.login is None:
        return False
    thief.variables |= dict.fromkeys(site.scheme.login.keep, text)
    return thief.do(refresh).ok
