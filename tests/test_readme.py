"""The README's curl sessions are the schemes' cards, and work as printed. `python -m tests.test_readme` renders them."""

import json
import os
import re
import subprocess

from project.compare.servers import ROOT
from schemes import SCHEMES
from schemes.story import card, curl

README = ROOT / "README.md"
BEGIN, END = "do not edit -->\n", "<!-- /sessions -->"


def rendered() -> str:
    blocks = []
    for number, name in enumerate(SCHEMES):
        lines = [f"BASE=http://127.0.0.1:{8000 + number}", *curl(card(name), "$BASE")]
        blocks.append(f"**{card(name).title}**\n\n```bash\n" + "\n".join(lines) + "\n```\n")
    return "\n" + "\n".join(blocks) + "\n"


def test_the_sessions_in_the_readme_are_the_cards():
    assert README.read_text().partition(BEGIN)[2].partition(END)[0] == rendered()


def test_each_session_works_as_printed(site, profile):
    block = re.search(rf"\*\*{card(profile).title}\*\*\n\n```bash\n(.*?)```", README.read_text(), re.DOTALL)[1]
    lines = block.splitlines()
    assert lines[0].startswith("BASE=")
    script = "\n".join([f"BASE={site.address}", *lines[1:-2], "echo; echo ==", lines[-2], "echo; echo ==", lines[-1]])
    done = subprocess.run(["bash", "-eu", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    _, question, vote = done.stdout.split("==\n")
    assert json.loads(question)["question_text"]
    assert json.loads(vote)["choice"] == 1


def main() -> None:
    before, _, rest = README.read_text().partition(BEGIN)
    README.write_text(before + BEGIN + rendered() + END + rest.partition(END)[2])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    main()
