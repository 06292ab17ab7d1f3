"""PowerShell on Windows: `curl.exe`, which Windows brings; `curl` alone may be something else there."""

from project.walkthrough.voices import curl
from schemes.contract import Step

TITLE, LANGUAGE = "PowerShell", "powershell"
NEEDS = "PowerShell with curl.exe"


def setup(base: str) -> list[str]:
    return [f'$BASE = "{base}"']


def request(step: Step, page: bool = False) -> list[str]:
    line = curl.line(step, "curl.exe -s -o NUL -D -" if page else "curl.exe -si")
    return [f"$ANSWER = {line}; $ANSWER"] if step.keep else [line]


def keep(step: Step) -> list[str]:
    return [f"${variable} = {_value(where)}" for variable, where in step.keep.items()]


def _value(where: str) -> str:
    word, _, cookie = where.partition(" ")
    if word == "cookie":
        return f'[regex]::Match("$ANSWER", "[Ss]et-[Cc]ookie: *{cookie}=([^;]*)").Groups[1].Value'
    return f"($ANSWER[-1] | ConvertFrom-Json).{where}"
