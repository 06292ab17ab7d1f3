"""What the shell makes of a line before curl sees it: quotes, variables, an &; and what was never filled in."""

import re

from project.inspector.curl import TYPOGRAPHIC, written
from project.inspector.explain.case import VARIABLE, Case, Finding, form

PLACEHOLDER = re.compile(r"<[^<>\s]{1,40}>|\{[a-z_]{2,30}\}|\bYOUR[_-]?\w*\b|…|\.\.\.$|\bxxx+\b", re.IGNORECASE)


def typographic(case: Case) -> Finding | None:
    found = " ".join(mark for mark in TYPOGRAPHIC if mark in case.line.raw)
    if not found:
        return None
    why = f"A word processor or a web page made them: {found}. A shell knows straight quotes and a plain hyphen alone."
    return Finding("The quotes or hyphens are typographic.", why, written(case.line))


def cut_by_the_shell(case: Case) -> Finding | None:
    rest = case.line.rest
    if not rest.startswith("&") or rest.startswith("&&"):
        return None
    why = f"An & outside quotes ends the command: curl never sees {rest[:40]!r}. Put the address into quotes."
    return Finding("The address is cut at the &.", why, f'{case.line.program} -i "{case.line.address}{rest}"')


def no_colon(case: Case) -> Finding | None:
    """What has a space where its colon should be is no header: curl sends nothing of it."""
    broken = next((name for name, value in case.line.headers if not value and re.fullmatch(r"[\w-]+ +\S.*", name)), "")
    if not broken:
        return None
    name, _, value = broken.partition(" ")
    headers = [(name, value.strip()) if own == broken else (own, said) for own, said in case.line.headers]
    why = f"A header is a name, a colon and a value; without its colon curl drops `{name}`."
    return Finding("A header has no colon.", why, case.again(headers=headers))


def placeholder(case: Case) -> Finding | None:
    """What the documents write for a value that varies."""
    texts = [value for _, value in case.line.headers] + [case.line.user, *case.line.fields.values(), case.path]
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
        why = f"The quotes end before {broken[2]} and begin again: a space in its value would cut the header."
        right = case.line.raw.replace(broken[0], f'{broken[1]}{broken[2]}"')
        return Finding("The token stands outside the quotes.", f"{why} One pair is right.", right)
    sent = case.line.header("Authorization")
    if sent and re.search(r"[\"'`]", sent):
        why = "They travel along and are part of the token then: no token has quotes in it."
        return Finding("There are quotes around the token.", why, case.having("Authorization", re.sub(r"[\"'`]", "", sent)))
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
    right = case.again(headers=case.without("content-type"), data=form(case.line.fields))
    return Finding("The quotes do not survive on Windows.", why, right)
