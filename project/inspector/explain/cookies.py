"""What a cookie needs beside it."""

from django.http import parse_cookie

from project.inspector.explain.case import Case, Finding


def csrf(case: Case) -> Finding | None:
    """A cookie travels by itself, so what changes something needs a second proof."""
    needs = case.step.headers if case.step else case.scheme.write
    if "X-CSRFToken" not in needs or not case.unsafe:
        return None
    if case.protected and case.carried is None:
        return None
    if not case.protected and not case.step:
        return None
    name = next(pair.partition("=")[0] for pair in needs["Cookie"].split("; ") if "csrftoken" in pair)
    header, cookie = case.line.header("X-CSRFToken"), parse_cookie(case.line.header("Cookie") or "").get(name)
    lines = case.signed_in() if case.protected else "\n".join(case.sign_in())
    if header is None:
        why = f"Beside the cookie a request that changes something carries the header X-CSRFToken, with the value of {name}."
        return Finding("The CSRF header is missing.", why, case.having("X-CSRFToken", cookie) if cookie else lines)
    if cookie is None:
        why = f"The header X-CSRFToken is compared with the cookie {name}, which is not there."
        return Finding("The CSRF cookie is missing.", why, lines)
    if len(header) == len(cookie) == 32 and header != cookie:
        right = case.having("X-CSRFToken", cookie)
        return Finding("CSRF cookie and header differ.", "Both have one and the same value.", right)
    return None
