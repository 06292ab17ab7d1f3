"""Which application asks, where OAuth2 wants to know: client_id and client_secret, in the form or by -u."""

from django.contrib.auth.hashers import check_password, identify_hasher
from oauth2_provider.models import Application

from project.inspector.curl import Line, written
from project.inspector.explain.case import Case, Finding, form
from project.inspector.explain.person import basic
from schemes.story import DEMO


def hashed_secret(case: Case) -> Finding | None:
    """What the admin and the database show of a client's secret is its hash."""
    secret = case.line.fields.get("client_secret") or basic(case.line)[1]
    if not secret or not _is_hash(secret):
        return None
    why = (
        "What was pasted is what the database keeps: the hash of the secret. The secret itself was shown once, when the "
        f"application was made; that of the demo's is {DEMO['client_secret']!r}."
    )
    fields = case.line.fields
    if "client_secret" in fields:
        fields |= {"client_secret": DEMO["client_secret"]}
    return Finding("The client secret is a hash.", why, case.again(data=form(fields)) if case.line.body else "")


def wrong_client(case: Case) -> Finding | None:
    """An OAuth2 endpoint wants one application, named once, with its secret."""
    if not case.step or "{client_id}" not in case.step.body.values():
        return None
    fields = case.line.fields
    by_header, by_form = basic(case.line), (fields.pop("client_id", ""), fields.pop("client_secret", ""))
    if any(by_header) and by_form[1]:
        why = "-u says which application asks, and so does the form. One way, not both (RFC 6749 section 2.3)."
        bare = Line(case.line.raw, case.line.program, data=case.line.data, headers=case.without("authorization"))
        return Finding("The application is named twice.", why, written(bare, url=case.url))
    name, secret = by_header if any(by_header) else by_form
    data = form(fields | {field: DEMO[field] for field in ("client_id", "client_secret")})
    right = written(Line(case.line.raw, case.line.program, data=data), url=case.url)
    if not name:
        return Finding("No application is named.", "The form needs client_id and client_secret, or -u client:secret.", right)
    if _is_hash(secret):
        return None
    application = Application.objects.filter(client_id=name).first() if "\0" not in name else None
    if application is None:
        more = " -u wants client:secret here, not a person." if any(by_header) else ""
        return Finding("No application has this client_id.", f"{name!r} is none of this site's.{more}", right)
    fits = secret and check_password(secret, application.client_secret)
    if application.client_type == Application.CLIENT_CONFIDENTIAL and not fits:
        return Finding("The client secret is wrong.", f"It is not that of {name}.", right)
    return None


def _is_hash(secret: str) -> bool:
    try:
        identify_hasher(secret)
    except ValueError:
        return False
    return True
