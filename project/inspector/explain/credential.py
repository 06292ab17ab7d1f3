"""The credential that a line carries: none, two, with another's word, of another profile, or over."""

from urllib.parse import urlsplit

from project.inspector.credentials import WORDS, claims, lesson, place, wanted, word
from project.inspector.explain.case import VARIABLE, Case, Finding
from project.inspector.explain.shell import PLACEHOLDER
from project.inspector.lookup import Known
from schemes import STOCK


def double_authentication(case: Case) -> Finding | None:
    sent = case.line.all_headers("Authorization")
    if len(sent) < 2 and not (case.line.user and sent):
        return None
    what = "Two Authorization headers" if len(sent) > 1 else "-u and an Authorization header"
    why = f"{what} go along. One credential a request (RFC 9110 section 11.6.2); with two nobody knows which counts."
    return Finding("It authenticates twice.", why, case.having("Authorization", sent[0]) if len(sent) > 1 else "")


def no_credential(case: Case) -> Finding | None:
    if not case.protected or case.carried or case.line.unread:
        return None
    why = f"{case.profile} wants `{wanted(case.scheme)}`."
    if any(case.line.all_headers(name) for name in ("Token", "X-Api-Key", "X-Auth-Token")):
        why += " A header of another name is not looked at."
    return Finding("No credential goes along.", why, case.signed_in())


def wrong_word(case: Case) -> Finding | None:
    """Another scheme's word, none, or a cookie where a header belongs."""
    came, own = case.carried, word(case.scheme)
    if not case.protected or came is None or double_authentication(case):
        return None
    if own and came.word.lower().rstrip(":") == own.lower():
        first, _, rest = came.secret.partition(" ")
        twice = first.lower() in WORDS
        if twice or came.word.endswith(":"):
            right = case.having("Authorization", f"{own} {rest if twice else came.secret}")
            return Finding("The word is written oddly.", f"It is `{wanted(case.scheme)}`.", right)
    told = lesson(came, case.scheme, case.profile)
    if not told:
        return None
    if came.place != place(case.scheme) or case.scheme.name == "basic":
        return Finding("The credential is for another scheme.", told, case.signed_in())
    mistake = "The word before the token is another scheme's." if came.word else "There is no word before the token."
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
    if not case.protected or not came or not found:
        return None
    if found.scheme != case.scheme.name or found.stock != (case.profile in STOCK.values()):
        whose = STOCK[found.scheme] if found.stock else found.scheme
        why = f"It is of the profile {whose}; {case.base} runs {case.profile}. What one gives the others do not take."
        return Finding("The credential is another profile's.", why, case.signed_in())
    issuer = str(claims(came.secret).get("iss", ""))
    if issuer.startswith("http") and urlsplit(issuer).port != urlsplit(case.base).port:
        why = f"It says that {issuer} issued it, and it goes to {case.base}."
        return Finding("The token is another site's.", why, case.signed_in())
    return None


def over(case: Case) -> Finding | None:
    """Unknown, expired, ended, of somebody who may no more, or for less than this."""
    came, found = case.carried, case.known
    if not case.protected or not came or lesson(came, case.scheme, case.profile):
        return None
    if case.scheme.name == "basic" or VARIABLE.search(came.secret) or PLACEHOLDER.search(came.secret):
        return None
    if found is None:
        cut = case.scheme.name == "jwt" and came.secret.count(".") in (0, 1)
        why = "It was cut when it was copied, has ended, or is of another database."
        if cut:
            why = "A JWT has three parts with dots between them."
        return Finding("This is no credential that the site knows.", why, case.signed_in())
    if found.user is not None and not found.user.is_active:
        return Finding("The account is deactivated.", f"{found.user.username}'s credentials open nothing.")
    if found.over and found.scheme == case.scheme.name:
        return _ended(case, found)
    needed = "write" if case.unsafe else "read"
    if found.scheme == "oauth2" and not found.stock and found.scope and needed not in found.scope.split():
        return Finding("The scope is too small.", f"The token may {found.scope}; this needs {needed}.", case.signed_in())
    return None


def _ended(case: Case, found: Known) -> Finding:
    how = "been used" if found.over == "used" else found.over
    when = f" at {found.ends:%H:%M:%S} UTC" if found.ends and found.over == "expired" else ""
    whose = f"{found.user.username}'s" if found.user else "somebody's"
    renew = f"Renew it at {case.scheme.refresh.path}, or sign in again." if case.scheme.refresh else "Sign in again."
    return Finding(f"The credential has {how}{when}.", f"It was {whose}. {renew}", case.signed_in())
