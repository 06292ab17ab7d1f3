"""What curl and HTTPie share: variables of bash and zsh, and what is cut out of an answer that has its headers on top."""

from schemes.contract import Step
from schemes.story import DEMO


def text(value: str) -> str:
    """`{variable}` as the demo has it, else as a shell names it."""
    for name, known in DEMO.items():
        value = value.replace(f"{{{name}}}", known)
    return value.replace("{", "${")


def setup(base: str) -> list[str]:
    return [f"BASE={base}"]


def shown(line: str, step: Step, after: str = "") -> list[str]:
    """The request; its answer is kept in a variable where something of it is needed, and printed all the same."""
    return [f"""ANSWER=$({line}); printf '%s\\n' "$ANSWER\""""] if step.keep else [line + after]


def keep(step: Step) -> list[str]:
    return [f"""{variable}=$(printf '%s\\n' "$ANSWER" | sed -n '{_pattern(where)}')""" for variable, where in step.keep.items()]


def _pattern(where: str) -> str:
    word, _, cookie = where.partition(" ")
    if word == "cookie":
        return rf"s/^[Ss]et-[Cc]ookie: *{cookie}=\([^;]*\).*/\1/p"
    return rf's/.*"{where}": *"\([^"]*\)".*/\1/p'
