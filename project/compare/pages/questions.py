"""The seven questions of the guide."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """One of the seven; its answers are words of the address."""

    id: str
    text: str
    options: Mapping[str, str]


QUESTIONS = (
    Question(
        "caller",
        "Who calls your API?",
        {"browser": "my own pages, in a browser", "app": "an app or a script of mine", "others": "programs of other companies"},
    ),
    Question(
        "dead",
        "When must a copied credential be dead, after a logout, a new password, a ban?",
        {"now": "at the very next request", "hour": "within the hour", "expiry": "when it expires"},
    ),
    Question("offline", "Do other services check it without asking you?", {"yes": "yes", "no": "no"}),
    Question("third", "Do people let third parties act for them?", {"yes": "yes", "no": "no"}),
    Question("cookie", "Can whoever calls handle a cookie and a CSRF token?", {"yes": "yes", "no": "no"}),
    Question(
        "lookups",
        "How many SQL queries may it cost to know who asks?",
        {"none": "none", "one": "one", "any": "that is no matter"},
    ),
    Question(
        "code",
        "Who writes the code around the library?",
        {"ships": "nobody: the library as it ships", "well": "we do, or copy a room of this project"},
    ),
)
