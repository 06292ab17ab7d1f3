"""Who signs in: the name and the password of a person."""

from base64 import b64decode

from django.contrib.auth.hashers import check_password

from project.accounts.models import User
from project.inspector.curl import Line
from project.inspector.explain.case import VARIABLE, Case, Finding
from schemes.story import DEMO


def wrong_person(case: Case) -> Finding | None:
    """Name and password, asked of the database: not of the sign-in, which counts guesses."""
    name, password = "", ""
    if case.scheme.name == "basic" and case.protected:
        name, password = basic(case.line)
    elif case.verb == "login":
        name, password = case.line.fields.get("username", ""), case.line.fields.get("password", "")
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


def basic(line: Line) -> tuple[str, str]:
    """Name and secret of HTTP Basic, said by -u or in the header: a person's, or an OAuth2 application's."""
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
