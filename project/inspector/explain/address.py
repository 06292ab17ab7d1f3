"""Where a line goes: host and port, path and slash, the method, and what an address must not hold."""

from urllib.parse import urlsplit

from project.exchange import FIELDS
from project.inspector.curl import written
from project.inspector.explain.case import LOOPBACK, Case, Finding
from project.inspector.explain.paths import alias, paths, resolves, verbs

SECRETS = {*FIELDS, "api_key", "apikey", "key", "authorization"}
LACKS = {"refresh": "renews nothing: sign in again", "logout": "has no logout", "login": "has no sign-in"}


def wrong_address(case: Case) -> Finding | None:
    parts = urlsplit(case.line.address)
    if parts.hostname not in LOOPBACK:
        why = f"It goes to {parts.hostname}; this site answers at {case.base}, on this machine. Nothing was sent there."
        return Finding("The line is for another host.", why, case.again())
    if parts.scheme == "https":
        why = "This site speaks plain HTTP here, on this machine alone; TLS begins where it is deployed."
        return Finding("It says https.", why, case.again())
    if not case.running:
        where = f"{parts.hostname}:{parts.port or 80}"
        why = f"No site of this project answers at {where}. `manage.py demo` starts one and prints its address."
        return Finding("Nobody is there.", why, case.again())
    return None


def in_the_url(case: Case) -> Finding | None:
    names = [name for name, value in case.line.query if name.lower() in SECRETS]
    if not names and "@" not in urlsplit(case.line.address).netloc:
        return None
    what = f"`{names[0]}` stands" if names else "Name and password stand"
    why = f"{what} in the address, which every log on the way keeps. This site reads credentials from headers and bodies alone."
    return Finding("A credential is in the URL.", why, case.signed_in() if case.protected else case.again())


def wrong_path(case: Case) -> Finding | None:
    asked = case.line.path if case.line.path.endswith("/") else f"{case.line.path}/"
    if asked != case.path:
        why = f"{asked} is nothing in the profile {case.profile}; it is {case.path} here."
        return Finding("A slash is doubled." if "//" in asked else "The path is another.", why, case.again())
    verb = alias(asked)
    if verb and verb not in verbs(case.scheme) and asked not in paths(case.scheme, case.profile):
        why = f"The profile {case.profile} {LACKS.get(verb, f'has no {verb}')}."
        return Finding("That verb is not there.", why, case.signed_in())
    if case.methods or resolves(asked):
        return None
    return Finding("There is nothing at this path.", f"`GET {case.base}/auth/` names the paths of {case.profile}.")


def wrong_method(case: Case) -> Finding | None:
    methods, method = case.methods, case.line.method
    if not methods or method in (*methods, "HEAD", "OPTIONS"):
        return None
    capital = method.upper()
    if method != capital and capital in methods:
        return Finding("Methods have capital letters.", f"{method} is not {capital}.", written(case.line, method=capital))
    why = f"{case.path} takes {' or '.join(methods)}; this line sends {method}."
    if method == "GET":
        why += " curl sends GET where there is no -d and no -X."
    if case.line.request and (case.line.data or case.line.as_form):
        why += f" -X {case.line.request} stands above what -d would choose."
    return Finding("The method is wrong.", why, case.again(method=methods[0]))


def no_slash(case: Case) -> Finding | None:
    if case.line.path.endswith("/") or case.path == "/healthz/":
        return None
    why = "This site answers without it too; most Django sites redirect."
    if case.unsafe:
        why = "This site answers without it too. Most Django sites do not: they redirect, and a redirected POST loses its body."
    return Finding("The last slash is missing.", why, case.again())
