"""What it comes to, in a sentence; where nothing is wrong, with what the site answers."""

import requests

from project.exchange import reason
from project.inspector.explain.case import PATIENCE, Case, Finding
from project.inspector.recorder import AGENT


def summary(case: Case, findings: list[Finding]) -> str:
    about = f"{case.line.method} {case.path} of the profile {case.profile}"
    serious = [one.mistake for one in findings if one.mistake != "The last slash is missing."]
    if serious:
        more = f", and {len(findings) - 1} more" if len(findings) > 1 else ""
        return f"{about}: {serious[0][0].lower()}{serious[0][1:].rstrip('.')}{more}."
    told = f"{about}: nothing is wrong with this line."
    if case.unsafe:
        return f"{told} It was not sent, for it changes something."
    if case.line.method == "OPTIONS" or case.line.unread:
        return told
    return f"{told} {_answer(case)}"


def _answer(case: Case) -> str:
    """What the site says to the line; it is sent as it stands."""
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
        return f"The site did not answer it: {type(error).__name__}."
    try:
        detail = answer.json().get("detail", "")
    except (ValueError, AttributeError):
        detail = ""
    return f"The site answers {answer.status_code} {reason(answer.status_code)}{f': {detail}' if detail else '.'}"
