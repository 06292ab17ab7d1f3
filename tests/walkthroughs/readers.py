"""People who follow a walkthrough: in bash or zsh, in Python, in PowerShell. Each keeps its variables from block to block."""

import os
import re
import shlex
import subprocess
import uuid
from collections.abc import Iterator

from project.walkthrough.answers import blended, parse


class Shell:
    """One shell for the whole walk, as a terminal is. Blocks are pasted as they stand."""

    def __init__(self, command: list[str], **environment: str) -> None:
        self.mark = f"end-{uuid.uuid4().hex}"
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
            env=os.environ | environment,
        )
        self.last = ""

    def __enter__(self) -> "Shell":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()

    def paste(self, block: str) -> str | None:
        """What is wrong with it, if it fails; what it printed is kept for whoever compares."""
        self.process.stdin.write(f"{{ {block}\n}} </dev/null; printf '\\n%s %s\\n' {self.mark} $?\n")
        lines = list(self._said())
        self.last = "".join(lines[:-1]).strip()
        status = lines[-1].split()[1]
        return None if status == "0" else f"exit status {status}\n{self.last}"

    def _said(self) -> Iterator[str]:
        for line in self.process.stdout:
            yield line
            if line.startswith(self.mark):
                return
        raise AssertionError(f"{self.process.args} ended: {self.last}")

    def compare(self, block: str) -> str | None:
        """The answer that the document promises beside the one that came last."""
        wanted, got = parse(block), parse(self.last)
        return None if blended(wanted, got) == wanted else f"expected:\n{wanted}\n\ncame:\n{got}"

    def value(self, variable: str) -> str:
        assert self.paste(f'printf "%s" "${variable}"') is None
        return self.last


class PowerShell:
    """No PowerShell, but its rules for the few forms that the lines have: what would be run is run, with real curl."""

    def __init__(self) -> None:
        self.variables: dict[str, str] = {}

    def paste(self, block: str) -> str | None:
        for line in block.splitlines():
            error = self._line(line)
            if error:
                return error
        return None

    def _line(self, line: str) -> str | None:
        if literal := re.fullmatch(r'\$(\w+) = "([^"$]*)"', line):
            self.variables[literal[1]] = literal[2]
        elif kept := re.fullmatch(r"\$ANSWER = (curl\.exe .*); \$ANSWER", line):
            self.variables["ANSWER"] = self._run(kept[1])
        elif line.startswith("curl.exe "):
            self._run(line)
        elif field := re.fullmatch(r"\$(\w+) = \(\$ANSWER\[-1\] \| ConvertFrom-Json\)\.(\w+)", line):
            found = re.search(rf'"{field[2]}": *"([^"]*)"', self.variables["ANSWER"].splitlines()[-1])
            self.variables[field[1]] = found[1]
        elif match := re.fullmatch(r'\$(\w+) = \[regex\]::Match\("\$ANSWER", "([^"]*)"\)\.Groups\[1\]\.Value', line):
            joined = " ".join(self.variables["ANSWER"].splitlines())
            self.variables[match[1]] = re.search(match[2], joined)[1]
        else:
            return f"no form that is known: {line}"
        return None

    def _run(self, line: str) -> str:
        """Names in double quotes and outside of quotes are replaced; a name that nothing gave is empty, as there."""
        assert "`" not in line
        assert "'" not in line
        known = re.sub(r"\$\{(\w+)\}|\$(\w+)", lambda name: self.variables.get(name[1] or name[2], ""), line)
        words = [os.devnull if word == "NUL" else word for word in shlex.split(known)]
        return subprocess.run(["curl", *words[1:]], capture_output=True, text=True, check=True, timeout=30).stdout
