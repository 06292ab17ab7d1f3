"""HTTPie, for bash and zsh."""

from project.walkthrough.voices import shell
from schemes.contract import Step

TITLE, LANGUAGE = "HTTPie", "shell"
NEEDS = "HTTPie"
setup, keep = shell.setup, shell.keep


def request(step: Step, page: bool = False) -> list[str]:
    form = " --form" if step.body else ""
    headers = "".join(f' "{name}:{shell.text(value)}"' for name, value in step.headers.items())
    body = "".join(f" {name}={shell.text(value)}" for name, value in step.body.items())
    http = "http -I --print=h" if page else "http -I --print=hb"
    return shell.shown(f'{http}{form} {step.method} "$BASE{step.path}"{headers}{body}', step)
