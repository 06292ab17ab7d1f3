"""Python, with the library Requests."""

from collections.abc import Mapping
from string import Formatter

from schemes.contract import FORM, Step
from schemes.story import DEMO

TITLE, LANGUAGE = "Python", "python"
NEEDS = "Python with Requests (`.venv/bin/python` has it)"


def setup(base: str) -> list[str]:
    return ["import requests", "", f'BASE = "{base}"']


def request(step: Step, page: bool = False) -> list[str]:
    arguments = [f'BASE + "{step.path}"']
    if step.headers:
        arguments.append(f"headers={_dictionary(step.headers)}")
    if step.body:
        arguments.append(f"{'data' if step.content_type == FORM else 'json'}={_dictionary(step.body)}")
    if 300 <= step.status < 400:
        arguments.append("allow_redirects=False")
    shown = "answer.headers" if page else 'answer.headers.get("WWW-Authenticate", ""), answer.text'
    call = f"answer = requests.{step.method.lower()}({', '.join(arguments)})"
    return [call, f"print(answer.status_code, {shown})"]


def keep(step: Step) -> list[str]:
    return [f"{variable} = {_value(where)}" for variable, where in step.keep.items()]


def _value(where: str) -> str:
    word, _, cookie = where.partition(" ")
    return f'answer.cookies["{cookie}"]' if word == "cookie" else f'answer.json()["{where}"]'


def _dictionary(texts: Mapping[str, str]) -> str:
    return "{" + ", ".join(f'"{name}": {_text(value)}' for name, value in texts.items()) + "}"


def _text(value: str) -> str:
    """A literal, a name, or an f-string."""
    for name, known in DEMO.items():
        value = value.replace(f"{{{name}}}", known)
    parts = list(Formatter().parse(value))
    if len(parts) == 1 and not parts[0][0] and parts[0][1]:
        return parts[0][1]
    return f'f"{value}"' if any(name for _, name, _, _ in parts) else f'"{value}"'
