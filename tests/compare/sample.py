"""A comparison made by hand: small, but with everything in it that a face must be able to show."""

from project.compare.results import Cell, Comparison, Cure, Profile, Row, Verdict

MARKUP = "<script>alert('x')</script> & \"quotes\" | a pipe, a `tick`, [bold]brackets[/bold], *stars* and\na second line"
LONG = "the digest of the token, its label, when it was made, when it was last used and when it ends"
VERDICTS = {"R": Verdict.REFUSED, "P": Verdict.PARTLY, "W": Verdict.WORKS, "N": Verdict.NOT_APPLICABLE}
PROFILES = [
    Profile("basic", "basic", "The password with every request", stock=False),
    Profile("session", "session", "A server-side session and its cookie", stock=False),
    Profile("session-stock", "session", "Django's sessions as they ship", stock=True),
    Profile("token", "token", "A random token, hashed at rest", stock=False),
    Profile("token-stock", "token", "REST framework's tokens as they ship", stock=True),
    Profile("jwt", "jwt", "A signed access token and a refresh token", stock=False),
    Profile("jwt-stock", "jwt", "simplejwt as it ships", stock=True),
    Profile("oauth2", "oauth2", "An authorization server of its own", stock=False),
    Profile("oauth2-stock", "oauth2", "django-oauth-toolkit as it ships", stock=True, failed="No <key> & no patience."),
]
NAMES = [profile.name for profile in PROFILES if not profile.failed]
ROWS = {
    "wire-login-requests": ("Requests to sign in", "requests"),
    "wire-credential-bytes": ("What each request carries", "bytes"),
    "wire-refusal": ("Answer to nobody", "status"),
    "server-read-queries": ("Queries of one read", "queries"),
    "server-keeps": ("What is kept of a sign-in", "words"),
    "time-logout": ("Dead after logout", "s"),
    "time-password": ("Dead after a new password", "s"),
    "P18": ("Logout, then replay", "verdict"),
    "P24": ("Refresh, then send the old one again, with a title that is long", "verdict"),
    "P49": ("Sign in with what the database holds", "verdict"),
    "load-read": ("Time of a read, against none", "×"),
    "load-login": ("Time of a sign-in", "ms"),
    "code-lines": ("Code of our own", "lines"),
}


def sample() -> Comparison:
    cells = [
        *_cells("wire-login-requests", "{}", 0, 2, 2, 1, 1, 1, 1, 1),
        *_cells("wire-credential-bytes", "{}", 42, 105, 61, 71, 62, 389, 252, 58),
        *_cells("wire-refusal", "{}", 401, 403, 403, 401, 401, 401, 401, 401),
        *_cells("server-read-queries", "{}", 2, 3, 4, 3, 3, 3, 3, 4),
        *_cells(
            "server-keeps", "{}", "nothing", LONG, "the session", "its digest", "the key", LONG, "all", "all", reason=MARKUP
        ),
        *_cells("time-logout", "{} s", None, 0, 0, 0, "never", 0, 300, 0),
        *_cells("time-password", "{} s", 0, 0, 0, 0, "never", 0, 86400, 0),
        *_verdicts("P18", "NRRRWRWR"),
        *_verdicts("P24", "NNNNNRPR"),
        *_verdicts("P49", "RRWRWRWR"),
        *_timings("load-read", "{}×", 41.2, 1.31, 1.29, 1.33, 1.32, 1.38, 1.21, 1.52),
        *_timings("load-login", "{} ms", 0.5, 310.0, 301.0, 305.0, 300.0, 312.0, 303.0, 330.0),
        *_cells("code-lines", "{}", 0, 120, 12, 140, 15, 180, 20, 210),
    ]
    return Comparison(
        made="2026-01-02T03:04:05Z",
        seconds=754.2,
        commit="0123456789ab",
        machine={"cpu": "2 × Example 9000", "memory": "8 GB", "system": "Linux 6.1"},
        versions={"python": "3.12.1", "django": "5.2.19"},
        method={"time": "The clock of the server is moved.", "noise": "Differences under 10 % are noise here."},
        profiles=list(PROFILES),
        rows=[_row(row, *words) for row, words in ROWS.items()],
        cells=[cell for cell in cells if (cell.row, cell.profile) != ("wire-refusal", "token-stock")],
        cures=[
            Cure("P18", "jwt", 'SIMPLE_JWT["CHECK_REVOKE_TOKEN"] = True\nAND a <deny-list>', "https://example.org/812?a=1&b=2"),
            Cure("P49", "session", "Store the digest of the key, not the key.", "CWE-312"),
        ],
    )


def _row(row: str, title: str, unit: str) -> Row:
    group = "attack" if unit == "verdict" else row.partition("-")[0]
    why = MARKUP if row == "server-keeps" else f"Why {row} matters."
    source = "ASVS 7.4.1, RFC 9110 §11.6" if unit in ("verdict", "status") else ""
    return Row(row, group, title, unit, f"How {row} was measured.", why, source, timing=group == "load")


def _cells(row: str, text: str, *values: float | str | None, reason: str = "") -> list[Cell]:
    cells = []
    for name, value in zip(NAMES, values, strict=True):
        written = "–" if value is None else value if isinstance(value, str) else text.format(value)
        cells.append(Cell(row, name, value, written, reason))
    return cells


def _verdicts(row: str, letters: str) -> list[Cell]:
    cells = []
    for name, letter in zip(NAMES, letters, strict=True):
        verdict = VERDICTS[letter]
        evidence = (f"GET /accounts/me/ with the copy of {row}: 200", f"PUT with <{name}>: 401") if letter != "N" else ()
        text = "–" if letter == "N" else str(verdict)
        cells.append(Cell(row, name, str(verdict), text, f"{row} as seen on {name}.", verdict, evidence))
    return cells


def _timings(row: str, text: str, *values: float) -> list[Cell]:
    return [
        Cell(row, name, value, text.format(value), spread=f"{value * 0.97:.2f}-{value * 1.04:.2f}")
        for name, value in zip(NAMES, values, strict=True)
    ]
