"""What is wrong with a curl line: one small function a mistake, in order of weight.

Each asks the `Case`: the line, and the card of the profile that it is for; some ask the database. Nothing is sent but, where
nothing is wrong, a GET.
"""

import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.conf import settings

from project.inspector.curl import CannotRead, read
from project.inspector.explain import address, application, body, cookies, credential, person, shell
from project.inspector.explain.case import Case, Finding, case_of
from project.inspector.explain.summary import summary
from project.walkthrough.addresses import address as usual

__all__ = ["CannotRead", "explain"]

MISTAKES: tuple[Callable[[Case], Finding | None], ...] = (
    shell.typographic,
    address.wrong_address,
    shell.cut_by_the_shell,
    shell.no_colon,
    shell.placeholder,
    shell.quoted_token,
    address.in_the_url,
    address.wrong_path,
    address.wrong_method,
    body.no_body,
    body.json_to_a_form,
    body.wrong_content_type,
    application.hashed_secret,
    application.wrong_client,
    body.wrong_fields,
    person.wrong_person,
    credential.double_authentication,
    credential.no_credential,
    credential.wrong_word,
    credential.wrong_kind,
    credential.wrong_profile,
    credential.over,
    cookies.csrf,
    shell.shell_variable,
    shell.windows_quotes,
    address.no_slash,
)
"""What is looked for, worst first: the first finding is the one to mend first."""


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
        "summary": summary(case, findings),
        "findings": [asdict(finding) for finding in findings],
    }
