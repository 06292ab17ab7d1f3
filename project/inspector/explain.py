"""What is wrong with a curl line: one small function a mistake, in order of weight.

It asks the card of the profile that the line is for, and the database. Nothing is sent but, where nothing is wrong, a GET.
"""

import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.contrib.auth.hashers import check_password, identify_hasher
from django.http import parse_cookie
from django.urls import Resolver404, resolve
from oauth2_provider.models import Application

from project.accounts.models import User
from project.exchange import FIELDS, reason
from project.inspector.credentials import WORDS, Carried, carried, claims, lesson, place, wanted, word
from project.inspector.curl import MULTIPART, TYPOGRAPHIC, CannotRead, Line, read, written
from project.inspector.lookup import Known, known
from project.inspector.recorder import AGENT
from project.walkthrough.addresses import address as usual
from project.walkthrough.voices import curl as voice
from project.walkthrough.voices.shell import text as in_shell
from schemes import PROFILES, STOCK
from schemes.contract import FORM, JSON, Scheme, Step
from schemes.story import DEMO, READ, VOTE, card, sign_in

__all__ = ["CannotRead", "explain"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PATIENCE = 5
QUESTIONS = "/polls/api/questions/"
PATHS: dict[str, tuple[str, ...]] = {
    QUESTIONS: ("GET", "POST"),
    READ: ("GET", "PUT", "PATCH", "DELETE"),
    VOTE: ("GET", "PUT", "POST", "DELETE"),
    "/accounts/register/": ("POST",),
    "/accounts/me/": ("GET", "PATCH", "PUT"),
    "/accounts/password/": ("POST",),
    "/auth/": ("GET",),
    "/api/schema/": ("GET",),
    "/healthz/": ("GET",),
}
"""What every profile has. Numbers are those of the first question."""
GIVES: dict[str, tuple[str, ...]] = {
    "/auth/logout/all/": ("POST",),
    "/auth/credentials/": ("GET",),
    "/auth/credentials/1/": ("DELETE",),
}
"""What a profile has besides whose credentials can be listed and ended."""
PUBLIC = ("/accounts/register/", "/auth/", "/api/schema/", "/healthz/")
ALIASES = {
    "login": "/api/token/ /api-token-auth/ /api/login/ /login/ /o/token/ /oauth/token/ /token/ /auth/login/ /auth/token/ "
    "/auth/token/login/ /auth/jwt/create/ /accounts/login/ /api/auth/login/",
    "refresh": "/api/token/refresh/ /auth/refresh/ /auth/token/refresh/ /auth/jwt/refresh/ /api/refresh/ /refresh/",
    "verify": "/api/token/verify/ /auth/verify/ /auth/introspect/ /o/introspect/ /auth/jwt/verify/",
    "logout": "/auth/logout/ /auth/revoke_token/ /o/revoke_token/ /api/logout/ /logout/ /auth/token/logout/ /accounts/logout/",
    "before": "/auth/csrf/ /csrf/ /api/csrf/",
}
"""Where tutorials and other profiles have a verb."""
MEANT = {
    "email": "username", "user": "username", "login": "username", "name": "username", "pass": "password", "pwd": "password",
    "choice_id": "choice", "vote": "choice", "token": "refresh", "refresh_token": "refresh",
}  # fmt: skip
PLACEHOLDER = re.compile(r"<[^<>\s]{1,40}>|\{[a-z_]{2,30}\}|\bYOUR[_-]?\w*\b|…|\.\.\.$|\bxxx+\b", re.IGNORECASE)
VARIABLE = re.compile(r"\$\{?(\w+)\}?")


@dataclass(frozen=True)
class Finding:
    mistake: str
    why: str
    instead: str = ""


@dataclass(frozen=True)
class Case:
    """A line, and the profile that it is for. `path` is the one that it means, with its slash."""

    line: Line
    base: str
    profile: str
    scheme: Scheme
    path: str
    running: bool

    @property
    def verb(self) -> tuple[str, Step] | None:
        """Which verb of the scheme it is: of two at one path the one whose grant it names."""
        found = [(name, step) for name, step in verbs(self.scheme).items() if step.path == self.path]
        grant = self.line.fields.get("grant_type", "")
        same = [(name, step) for name, step in found if step.body.get("grant_type", grant) == grant]
        return next(iter(same or found), None)

    @property
    def methods(self) -> tuple[str, ...]:
        found = tuple(step.method for step in verbs(self.scheme).values() if step.path == self.path)
        return found or paths(self.scheme, self.profile).get(numbered(self.path), ())

    @property
    def protected(self) -> bool:
        """Whether it needs a credential."""
        if self.verb:
            return bool(_held(self.verb[1].headers, self.scheme))
        return self.path not in PUBLIC and numbered(self.path) in paths(self.scheme, self.profile)

    @property
    def unsafe(self) -> bool:
        return self.line.method not in ("GET", "HEAD", "OPTIONS")

    @property
    def url(self) -> str:
        return self.base + self.path

    @property
    def carried(self) -> Carried | None:
        return carried(self.line.sent, self.scheme)

    @property
    def known(self) -> Known | None:
        """What the database knows of what it carries, once that is plain."""
        return known(self.carried.secret) if self.carried and not VARIABLE.search(self.carried.secret) else None

    def having(self, name: str, value: str) -> str:
        """The line with one header as it should be."""
        others = [pair for pair in self.line.headers if pair[0].lower() != name.lower()]
        return written(self.line, url=self.url, headers=[*others, (name, value)])

    def signed_in(self) -> str:
        """The lines that get a credential, and this one with it."""
        lines = []
        for step in sign_in(self.scheme):
            lines += voice.request(step) + voice.keep(step)
        needed = self.scheme.write if self.unsafe else self.scheme.read
        others = [pair for pair in self.line.headers if pair[0].lower() not in ("authorization", "cookie", "x-csrftoken")]
        headers = [*others, *((name, in_shell(value)) for name, value in needed.items())]
        bare = Line(self.line.raw, self.line.program, data=self.line.data, request=self.line.method)
        return "\n".join([*(voice.setup(self.base) if lines else []), *lines, written(bare, url=self.url, headers=headers)])


def explain(text: str, base: str = "") -> dict[str, Any]:
    """`findings`, worst first, each `{mistake, why, instead}`; `base` is where this very site answers, if it does.

    Raises CannotRead for what is no curl line.
    """
    line = read(text)
    line.url = re.sub(r"^\$\{?\w+\}?(?=/)", base or usual(settings.AUTH_PROFILE), line.url)  # $BASE is this site
    case = case_of(line, base)
    findings = [finding for check in MISTAKES if (finding := check(case))]
    return {
        "line": line.raw,
        "profile": case.profile,
        "request": f"{line.method} {case.path}",
        "summary": _summary(case, findings),
        "findings": [asdict(finding) for finding in findings],
    }


def case_of(line: Line, base: str) -> Case:
    """For the profile that answers at the line's port; where none does, for this one."""
    parts = urlsplit(line.address)
    port, host = parts.port or (443 if parts.scheme == "https" else 80), parts.hostname or ""
    own = base or settings.DEMO_SITES.get(settings.AUTH_PROFILE, usual(settings.AUTH_PROFILE))
    profile, running = "", False
    if host in LOOPBACK:
        beside = {urlsplit(address).port: name for name, address in settings.DEMO_SITES.items()}
        if base and port == urlsplit(base).port:
            profile = settings.AUTH_PROFILE
        else:
            profile = beside.get(port) or runs(f"http://{'[::1]' if host == '::1' else host}:{port}")
        running = bool(profile)
    scheme = card(profile)
    there = f"http://{host}:{port}" if running and host != "::1" else own
    return Case(line, there, profile or settings.AUTH_PROFILE, scheme, meant(line.path, scheme, profile), running)


def runs(address: str) -> str:
    """The profile of the site at an address of this machine; empty where none of this project answers."""
    try:
        answer = requests.get(f"{address}/auth/", headers={"User-Agent": AGENT}, timeout=PATIENCE, allow_redirects=False)
        found = str(answer.json()["profile"])
    except (requests.RequestException, ValueError, KeyError, TypeError):
        return ""
    return found if found in PROFILES else ""


def verbs(scheme: Scheme) -> dict[str, Step]:
    steps = {name: getattr(scheme, name) for name in ("before", "login", "refresh", "verify", "logout")}
    return {name: step for name, step in steps.items() if step}


def paths(scheme: Scheme, profile: str) -> dict[str, tuple[str, ...]]:
    more = GIVES if scheme.login and profile not in STOCK.values() else {}
    return PATHS | more | {step.path: (step.method,) for step in verbs(scheme).values() if step.path not in PATHS}


def numbered(path: str) -> str:
    """The same path with the numbers of the first question."""
    return re.sub(r"/\d+/", "/1/", path)


def meant(path: str, scheme: Scheme, profile: str) -> str:
    """The path of this profile that comes nearest, with a slash at its end."""
    path = re.sub("/{2,}", "/", f"{path}/")
    there = paths(scheme, profile or settings.AUTH_PROFILE)
    if numbered(path) in there:
        return path
    for verb, known_as in ALIASES.items():
        if path in known_as.split():
            step: Step | None = getattr(scheme, verb)
            return step.path if step else path
    if _resolves(path):
        return path
    near = get_close_matches(numbered(path), there, 1, 0.75)
    return near[0] if near else path


# The mistakes


def typographic(case: Case) -> Finding | None:
    found = [mark for mark in TYPOGRAPHIC if mark in case.line.raw]
    if not found:
        return None
    why = (
        f"A word processor or a web page made them: {' '.join(found)}. A shell knows straight quotes and a plain hyphen alone."
    )
    return Finding("The quotes or hyphens are typographic.", why, written(case.line))


def wrong_address(case: Case) -> Finding | None:
    parts = urlsplit(case.line.address)
    right = written(case.line, url=case.url)
    if parts.hostname not in LOOPBACK:
        why = f"It goes to {parts.hostname}; this site answers at {case.base}, on this machine. Nothing was sent there."
        return Finding("The line is for another host.", why, right)
    if parts.scheme == "https":
        why = "This site speaks plain HTTP here, on this machine alone; TLS begins where it is deployed."
        return Finding("It says https.", why, right)
    if not case.running:
        where = f"{parts.hostname}:{parts.port or 80}"
        why = f"No site of this project answers at {where}. `manage.py demo` starts one and prints its address."
        return Finding("Nobody is there.", why, right)
    return None


def cut_by_the_shell(case: Case) -> Finding | None:
    rest = case.line.rest
    if not rest.startswith("&") or rest.startswith("&&"):
        return None
    why = f"An & outside quotes ends the command: curl never sees {rest[:40]!r}. Put the address into quotes."
    return Finding("The address is cut at the &.", why, f'{case.line.program} -i "{case.line.address}{rest}"')


def placeholder(case: Case) -> Finding | None:
    """What the documents write for a value that varies."""
    texts = [value for _, value in case.line.headers] + [case.line.user, *(case.line.fields.values()), case.path]
    left = next((found[0] for text in texts if (found := PLACEHOLDER.search(text))), "")
    if left:
        why = f"{left} stands for a value of your own: put that in, without brackets."
        return Finding("A placeholder was left in.", why, case.signed_in() if case.protected else "")
    single = re.search(r"'[^'$]*(\$\{?[A-Za-z_]\w*\}?)'", case.line.raw)
    if single:
        why = f"In single quotes the shell fills in nothing: the site gets the text {single[1]} itself."
        return Finding("A variable stands in single quotes.", why, case.line.raw.replace(single[0], f'"{single[0][1:-1]}"'))
    return None


def quoted_token(case: Case) -> Finding | None:
    """`"Bearer "$T""`, or quotes that travel along."""
    broken = re.search(r'("[^"\n]*(?:Bearer|Token|Basic|JWT) )"(\$\{?\w+\}?)""?', case.line.raw)
    if broken:
        why = (
            f"The quotes end before {broken[2]} and begin again: a space in its value would cut the header. One pair is right."
        )
        return Finding(
            "The token stands outside the quotes.", why, case.line.raw.replace(broken[0], f'{broken[1]}{broken[2]}"')
        )
    sent = case.line.header("Authorization")
    if sent and re.search(r"[\"'`]", sent):
        why = "They travel along and are part of the token then: no token has quotes in it."
        return Finding("There are quotes around the token.", why, case.having("Authorization", re.sub(r"[\"'`]", "", sent)))
    return None


def in_the_url(case: Case) -> Finding | None:
    names = [name for name, value in case.line.query if name.lower() in {*FIELDS, "api_key", "apikey", "key", "authorization"}]
    if not names and "@" not in urlsplit(case.line.address).netloc:
        return None
    what = f"`{names[0]}` stands" if names else "Name and password stand"
    why = f"{what} in the address, which every log on the way keeps. This site reads credentials from headers and bodies alone."
    return Finding("A credential is in the URL.", why, case.signed_in() if case.protected else written(case.line, url=case.url))


def wrong_path(case: Case) -> Finding | None:
    asked = f"{case.line.path}/" if not case.line.path.endswith("/") else case.line.path
    if asked != case.path:
        doubled = "//" in asked
        why = f"{asked} is nothing in the profile {case.profile}; it is {case.path} here."
        return Finding("A slash is doubled." if doubled else "The path is another.", why, written(case.line, url=case.url))
    for verb, known_as in ALIASES.items():
        if asked in known_as.split() and not getattr(case.scheme, verb) and asked not in paths(case.scheme, case.profile):
            lacks = {"refresh": "renews nothing: sign in again", "logout": "has no logout", "login": "has no sign-in"}
            told = lacks.get(verb, f"has no {verb}")
            return Finding("That verb is not there.", f"The profile {case.profile} {told}.", case.signed_in())
    if case.methods or _resolves(asked):
        return None
    return Finding("There is nothing at this path.", f"`GET {case.base}/auth/` names the paths of {case.profile}.")


def wrong_method(case: Case) -> Finding | None:
    methods, method = case.methods, case.line.method
    if not methods or method in (*methods, "HEAD", "OPTIONS"):
        return None
    if method != method.upper() and method.upper() in methods:
        return Finding(
            "Methods have capital letters.", f"{method} is not {method.upper()}.", written(case.line, method=method.upper())
        )
    why = f"{case.path} takes {' or '.join(methods)}; this line sends {method}."
    if method == "GET":
        why += " curl sends GET where there is no -d and no -X."
    if case.line.request and (case.line.data or case.line.as_form):
        why += f" -X {case.line.request} stands above what -d would choose."
    return Finding("The method is wrong.", why, written(case.line, method=methods[0], url=case.url))


def no_body(case: Case) -> Finding | None:
    step = VOTE_STEP if numbered(case.path) == VOTE and case.line.method in ("PUT", "POST") else None
    step = step or (case.verb[1] if case.verb and case.line.method == case.verb[1].method else None)
    if not step or not step.body or case.line.body or case.line.as_form or case.line.unread:
        return None
    data = [f"{name}={in_shell(value)}" for name, value in step.body.items()]
    why = f"It needs {', '.join(step.body)}."
    return Finding("There is no body.", why, written(case.line, url=case.url, method=step.method, data=data))


def json_to_a_form(case: Case) -> Finding | None:
    if not case.line.body or not case.verb or case.verb[1].content_type != FORM or not case.unsafe:
        return None
    if "json" not in case.line.content_type and not case.line.body.lstrip().startswith("{"):
        return None
    data = [f"{name}={value}" for name, value in case.line.fields.items()]
    headers = [pair for pair in case.line.headers if pair[0].lower() != "content-type"]
    rfc = "The OAuth2 endpoints take" if case.scheme.name == "oauth2" else "This endpoint takes"
    why = f"{rfc} a form, application/x-www-form-urlencoded (RFC 6749, appendix B), which is what -d sends by itself."
    return Finding(
        "JSON goes to an endpoint that takes a form.", why, written(case.line, url=case.url, headers=headers, data=data)
    )


def wrong_content_type(case: Case) -> Finding | None:
    body, kind = case.line.body.strip(), case.line.content_type.split(";")[0].strip().lower()
    if case.line.as_form:
        data = [piece for piece in case.line.data if "@" not in piece]
        why = f"-F sends {MULTIPART}, which this API does not read: 415. Use -d."
        return Finding("It is sent as for a file.", why, written(case.line, url=case.url, data=data))
    if not body or case.line.unread or (case.verb and case.verb[1].content_type == FORM):
        return None
    looks = body.startswith(("{", "["))
    if looks and kind != JSON:
        said = f"the header says {kind}" if case.line.header("Content-Type") else f"-d says {FORM} where nothing else is said"
        why = f"The body is JSON, and {said}: the fields are not found in it."
        return Finding("The Content-Type is not that of JSON.", why, case.having("Content-Type", JSON))
    if kind == JSON and not looks:
        data = [json.dumps(case.line.fields)]
        why = "The header says JSON, and the body is a form. Take the header away, or send JSON."
        return Finding("The body is no JSON.", why, written(case.line, url=case.url, data=data))
    if looks:
        try:
            json.loads(body)
        except (ValueError, RecursionError) as error:
            quotes = " In cmd and PowerShell the shell takes the inner quotes away." if '"' not in body else ""
            return Finding(
                "The JSON can't be read.", f"{error}.{quotes} A form has no such trouble: -d name=value, once a field."
            )
    return None


def hashed_secret(case: Case) -> Finding | None:
    """What the admin and the database show of a client's secret is its hash."""
    secret = case.line.fields.get("client_secret") or _basic(case.line)[1]
    if not secret or not _is_hash(secret):
        return None
    why = (
        "What was pasted is what the database keeps: the hash of the secret. The secret itself was shown once, when the "
        f"application was made; that of the demo's is {DEMO['client_secret']!r}."
    )
    data = [f"{name}={DEMO['client_secret'] if name == 'client_secret' else value}" for name, value in case.line.fields.items()]
    return Finding("The client secret is a hash.", why, written(case.line, url=case.url, data=data) if case.line.body else "")


def wrong_client(case: Case) -> Finding | None:
    """Which application asks: an OAuth2 endpoint wants to know, in the form or by -u, not both."""
    if not case.verb or "{client_id}" not in case.verb[1].body.values():
        return None
    by_header, by_form = _basic(case.line), (case.line.fields.get("client_id", ""), case.line.fields.get("client_secret", ""))
    if any(by_header) and by_form[1]:
        why = "-u says which application asks, and so does the form. One way, not both (RFC 6749 section 2.3)."
        headers = [pair for pair in case.line.headers if pair[0].lower() != "authorization"]
        bare = Line(case.line.raw, case.line.program, data=case.line.data, headers=headers)
        return Finding("The application is named twice.", why, written(bare, url=case.url))
    name, secret = by_header if any(by_header) else by_form
    demo = [f"{field}={DEMO[field]}" for field in ("client_id", "client_secret")]
    kept = [f"{field}={value}" for field, value in case.line.fields.items() if field not in ("client_id", "client_secret")]
    right = written(Line(case.line.raw, case.line.program), url=case.url, data=[*kept, *demo])
    if not name:
        return Finding("No application is named.", "The form needs client_id and client_secret, or -u client:secret.", right)
    if _is_hash(secret):
        return None
    application = Application.objects.filter(client_id=name).first() if "\0" not in name else None
    if application is None:
        more = " -u wants client:secret here, not a person." if any(by_header) else ""
        return Finding("No application has this client_id.", f"{name!r} is none of this site's.{more}", right)
    if application.client_type == Application.CLIENT_CONFIDENTIAL and not _secret_fits(application, secret):
        return Finding("The client secret is wrong.", f"It is not that of {name}.", right)
    return None


def wrong_fields(case: Case) -> Finding | None:
    """The field of another tutorial, or one too few."""
    step = VOTE_STEP if numbered(case.path) == VOTE and case.line.method in ("PUT", "POST") else None
    step = step or (case.verb[1] if case.verb else None)
    sent = case.line.fields
    if not step or not step.body or not sent or case.line.unread:
        return None
    needed = [name for name in step.body if not name.startswith("client_")]
    missing = [name for name in needed if not sent.get(name)]
    if not missing:
        return None
    instead_of = next((name for name in sent if MEANT.get(name.lower()) in missing), "")
    fields = {MEANT[name.lower()] if name == instead_of else name: value for name, value in sent.items()}
    fields |= {name: in_shell(step.body[name]) for name in missing if not fields.get(name)}
    form = "json" not in case.line.content_type
    data = [f"{name}={value}" for name, value in fields.items()] if form else [json.dumps(fields)]
    right = written(case.line, url=case.url, data=data)
    if instead_of:
        why = f"It is called {MEANT[instead_of.lower()]} here"
        why += "; the email address goes into it just as well as the username." if instead_of == "email" else "."
        return Finding(f"The field {instead_of} is another's.", why, right)
    return Finding(f"{missing[0]} is missing.", f"{case.path} needs {', '.join(needed)}.", right)


def wrong_person(case: Case) -> Finding | None:
    """Name and password, asked of the database: not of the sign-in, which counts guesses."""
    signing_in = bool(case.verb and case.verb[0] == "login")
    fields = case.line.fields
    name, password = (fields.get("username", ""), fields.get("password", "")) if signing_in else ("", "")
    if case.scheme.name == "basic" and case.protected:
        name, password = _basic(case.line)
    if not name or not password or VARIABLE.search(password):
        return None
    user = User.objects.named(name)
    demo = f"The demo has {DEMO['username']} with the password {DEMO['password']}."
    if user is None:
        return Finding("No account has this name.", f"{name!r} is neither a username nor an email address here. {demo}")
    if not user.is_active:
        return Finding("The account is deactivated.", f"{user.username} may not sign in, with any password.")
    if not check_password(password, user.password):
        return Finding("The password is wrong.", f"It is not that of {user.username}. {demo}")
    return None


def double_authentication(case: Case) -> Finding | None:
    sent = case.line.all_headers("Authorization")
    if len(sent) > 1 or (case.line.user and sent):
        what = "Two Authorization headers" if len(sent) > 1 else "-u and an Authorization header"
        why = f"{what} go along. One credential a request (RFC 9110 section 11.6.2); with two nobody knows which counts."
        return Finding("It authenticates twice.", why, case.having("Authorization", sent[0]) if len(sent) > 1 else "")
    return None


def no_credential(case: Case) -> Finding | None:
    if not case.protected or case.carried or case.line.unread:
        return None
    other = case.line.all_headers("Token") or case.line.all_headers("X-Api-Key") or case.line.all_headers("X-Auth-Token")
    why = f"{case.profile} wants `{wanted(case.scheme)}`."
    if other:
        why += " A header of another name is not looked at."
    return Finding("No credential goes along.", why, case.signed_in())


def wrong_word(case: Case) -> Finding | None:
    """Another scheme's word, none, or a cookie where a header belongs."""
    came = case.carried
    if not case.protected or came is None or double_authentication(case):
        return None
    told = lesson(came, case.scheme, case.profile)
    own = word(case.scheme)
    if came.place == place(case.scheme) and own and came.word and came.word.lower().rstrip(":") == own.lower():
        again = came.secret.partition(" ")[0].lower()
        if came.word.endswith(":") or again in WORDS:
            secret = came.secret.partition(" ")[2] if again in WORDS else came.secret
            return Finding(
                "The word is written oddly.", f"It is `{wanted(case.scheme)}`.", case.having("Authorization", f"{own} {secret}")
            )
    if not told:
        return None
    if came.place != place(case.scheme) or case.scheme.name == "basic":
        return Finding("The credential is for another scheme.", told, case.signed_in())
    mistake = "There is no word before the token." if not came.word else "The word before the token is another scheme's."
    return Finding(mistake, told, case.having("Authorization", f"{own} {came.secret}"))


def wrong_kind(case: Case) -> Finding | None:
    """What renews, sent to open."""
    found = case.known
    if not case.protected or not found or found.kind != "refresh token":
        return None
    why = "It is the refresh token: it gets new tokens, and opens nothing by itself. Send the access token."
    return Finding("The refresh token is used as the access token.", why, case.signed_in())


def wrong_profile(case: Case) -> Finding | None:
    came, found = case.carried, case.known
    if not case.protected or not came:
        return None
    issuer = str(claims(came.secret).get("iss", ""))
    if found and (found.scheme != case.scheme.name or found.stock != (case.profile in STOCK.values())):
        whose = STOCK[found.scheme] if found.stock else found.scheme
        why = f"It is of the profile {whose}; {case.base} runs {case.profile}. What one gives the others do not take."
        return Finding("The credential is another profile's.", why, case.signed_in())
    if found and issuer.startswith("http") and urlsplit(issuer).port != urlsplit(case.base).port:
        why = f"It says that {issuer} issued it, and it goes to {case.base}."
        return Finding("The token is another site's.", why, case.signed_in())
    return None


def over(case: Case) -> Finding | None:
    """Expired, ended, or of somebody who may no more."""
    came, found = case.carried, case.known
    if not case.protected or not came or came.place != place(case.scheme) or lesson(came, case.scheme, case.profile):
        return None
    if case.scheme.name == "basic" or VARIABLE.search(came.secret) or PLACEHOLDER.search(came.secret):
        return None
    if found is None:
        cut = came.secret.count(".") in (0, 1) and case.scheme.name == "jwt"
        why = (
            "A JWT has three parts with dots between them."
            if cut
            else "It was cut when it was copied, has ended, or is of another database."
        )
        return Finding("This is no credential that the site knows.", why, case.signed_in())
    if found.user is not None and not found.user.is_active:
        return Finding("The account is deactivated.", f"{found.user.username}'s credentials open nothing.")
    if found.over and found.scheme == case.scheme.name:
        renew = f" Renew it at {case.scheme.refresh.path}, or sign in again." if case.scheme.refresh else " Sign in again."
        when = f" at {found.ends:%H:%M:%S} UTC" if found.ends and found.over == "expired" else ""
        return Finding(
            f"The credential has {found.over if found.over != 'used' else 'been used'}{when}.",
            f"It was {_whose(found)}.{renew}",
            case.signed_in(),
        )
    needed = "write" if case.unsafe else "read"
    if found.scheme == "oauth2" and not found.stock and found.scope and needed not in found.scope.split():
        return Finding("The scope is too small.", f"The token may {found.scope}; this needs {needed}.", case.signed_in())
    return None


def csrf(case: Case) -> Finding | None:
    """A cookie travels by itself, so what changes something needs a second proof."""
    needs = case.verb[1].headers if case.verb else case.scheme.write
    if "X-CSRFToken" not in needs or not case.unsafe or (not case.protected and not case.verb):
        return None
    name = next(pair.partition("=")[0] for pair in needs["Cookie"].split("; ") if "csrftoken" in pair)
    header, cookie_ = case.line.header("X-CSRFToken"), parse_cookie(case.line.header("Cookie") or "").get(name)
    if "X-CSRFToken" in needs and case.protected and case.carried is None:
        return None
    lines = case.signed_in() if case.protected else "\n".join(_first(case))
    if header is None:
        why = f"Beside the cookie a request that changes something carries the header X-CSRFToken, with the value of {name}."
        return Finding("The CSRF header is missing.", why, case.having("X-CSRFToken", cookie_) if cookie_ else lines)
    if cookie_ is None:
        why = f"The header X-CSRFToken is compared with the cookie {name}, which is not there."
        return Finding("The CSRF cookie is missing.", why, lines)
    if len(header) == len(cookie_) == 32 and header != cookie_:
        return Finding(
            "CSRF cookie and header differ.", "Both have one and the same value.", case.having("X-CSRFToken", cookie_)
        )
    return None


def shell_variable(case: Case) -> Finding | None:
    """What only the reader's shell knows."""
    came = case.carried
    found = VARIABLE.search(came.secret) if came and case.protected else None
    if not found:
        return None
    why = (
        f"Only your shell knows what is in it. If it is empty, no credential travels: `echo ${found[1]}` shows it. Paste the "
        "value here to have it looked at."
    )
    return Finding(f"${found[1]} can't be seen from here.", why)


def windows_quotes(case: Case) -> Finding | None:
    """The shells of Windows do with quotes what no other does."""
    if case.line.program != "curl.exe" or not re.search(r"'[^']*\"[^']*'", case.line.raw) or not case.line.fields:
        return None
    why = "cmd knows no single quotes, and Windows PowerShell takes the double quotes inside them away. A form needs neither."
    headers = [pair for pair in case.line.headers if pair[0].lower() != "content-type"]
    data = [f"{name}={value}" for name, value in case.line.fields.items()]
    return Finding("The quotes do not survive on Windows.", why, written(case.line, url=case.url, headers=headers, data=data))


def no_slash(case: Case) -> Finding | None:
    if case.line.path.endswith("/") or case.path == "/healthz/":
        return None
    why = (
        "This site answers without it too. Most Django sites do not: they redirect, and a redirected POST loses its body."
        if case.unsafe
        else "This site answers without it too; most Django sites redirect."
    )
    return Finding("The last slash is missing.", why, written(case.line, url=case.url))


MISTAKES: tuple[Callable[[Case], Finding | None], ...] = (
    typographic,
    wrong_address,
    cut_by_the_shell,
    placeholder,
    quoted_token,
    in_the_url,
    wrong_path,
    wrong_method,
    no_body,
    json_to_a_form,
    wrong_content_type,
    hashed_secret,
    wrong_client,
    wrong_fields,
    wrong_person,
    double_authentication,
    no_credential,
    wrong_word,
    wrong_kind,
    wrong_profile,
    over,
    csrf,
    shell_variable,
    windows_quotes,
    no_slash,
)

VOTE_STEP = Step("PUT", VOTE, "", body={"choice": "{choice}"})


def _summary(case: Case, findings: list[Finding]) -> str:
    about = f"{case.line.method} {case.path} of the profile {case.profile}"
    serious = [one for one in findings if one.mistake != "The last slash is missing."]
    if serious:
        more = f", and {len(findings) - 1} more" if len(findings) > 1 else ""
        return f"{about}: {serious[0].mistake[0].lower()}{serious[0].mistake[1:].rstrip('.')}{more}."
    told = f"{about}: nothing is wrong with this line."
    if case.line.method not in ("GET", "HEAD") or case.line.unread:
        return f"{told} It was not sent, for it changes something." if case.unsafe else told
    try:
        answer = requests.request(
            case.line.method,
            case.url,
            params=dict(case.line.query),
            headers=dict(case.line.sent) | {"User-Agent": AGENT},
            timeout=PATIENCE,
            allow_redirects=False,
        )
    except (requests.RequestException, ValueError) as error:
        return f"{told} The site did not answer it: {type(error).__name__}."
    try:
        detail = answer.json().get("detail", "")
    except (ValueError, AttributeError):
        detail = ""
    return f"{told} The site answers {answer.status_code} {reason(answer.status_code)}{f': {detail}' if detail else '.'}"


def _held(headers: Any, scheme: Scheme) -> set[str]:
    """The variables of the credential itself in these headers; the CSRF token is none."""
    text = " ".join(headers.values())
    return {name for name in scheme.credential - {"csrftoken"} if f"{{{name}}}" in text}


def _basic(line: Line) -> tuple[str, str]:
    """Name and secret of HTTP Basic, said by -u or in the header."""
    if line.user:
        name, _, secret = line.user.partition(":")
        return name, secret
    kind, _, rest = (line.header("Authorization") or "").partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, _, secret = b64decode(rest, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return name, secret


def _is_hash(secret: str) -> bool:
    try:
        identify_hasher(secret)
    except ValueError:
        return False
    return True


def _secret_fits(application: Any, secret: str) -> bool:
    return check_password(secret, application.client_secret) if secret else False


def _first(case: Case) -> Iterator[str]:
    """The sign-in from its beginning."""
    yield from voice.setup(case.base)
    for step in sign_in(case.scheme):
        yield from voice.request(step) + voice.keep(step)


def _resolves(path: str) -> bool:
    try:
        return bool(getattr(resolve(path).func, "__name__", "") != "nothing_here")
    except Resolver404:
        return False


def _whose(found: Known) -> str:
    return f"{found.user.username}'s" if found.user else "somebody's"
