"""curl, for bash and zsh. Bodies go as forms, which every endpoint takes and no shell misreads."""

from project.walkthrough.voices import shell
from schemes.contract import Step

TITLE, LANGUAGE = "curl", "bash"
NEEDS = "curl, in bash or zsh"
setup, keep = shell.setup, shell.keep


def request(step: Step, page: bool = False) -> list[str]:
    return shell.shown(line(step, "curl -s -o /dev/null -D -" if page else "curl -si"), step, "; echo")


def line(step: Step, curl: str) -> str:
    headers = "".join(f' -H "{name}: {shell.text(value)}"' for name, value in step.headers.items())
    body = "".join(f' -d "{name}={shell.text(value)}"' for name, value in step.body.items())
    method = "" if step.method == ("POST" if body else "GET") else f" -X {step.method}"
    return f'{curl}{method} "$BASE{step.path}"{headers}{body}'


def with_jq(step: Step) -> list[str]:
    """`keep` for who has jq; cookies are no JSON."""
    fields = {variable: where for variable, where in step.keep.items() if not where.startswith("cookie ")}
    return [f"""{variable}=$(printf '%s\\n' "$ANSWER" | tail -n 1 | jq -r .{where})""" for variable, where in fields.items()]
