"""How one request of the story is written by hand, a module a voice. Each line works as it stands, one after the other.

Every module has `TITLE`, `LANGUAGE` (as Markdown names it), `NEEDS`; `setup(base)`: the lines before the first request;
`request(step, page)`: the request, its answer printed, of an HTML `page` the headers alone; `keep(step)`: the lines that keep
what later requests need. A value that the demo publishes stands in the line; what an answer gave is a variable.
"""

from types import ModuleType

from project.walkthrough.voices import curl, httpie, powershell, python

VOICES: dict[str, ModuleType] = {"curl": curl, "httpie": httpie, "powershell": powershell, "python": python}
