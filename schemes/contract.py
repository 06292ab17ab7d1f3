"""The vocabulary of a scheme: what its card (`steps.py`) says, and what its folder offers.

Every folder beside this file holds one scheme, in the same files with the same names, so that the diff of two folders is
the difference of two schemes:

`settings.py`
    Django settings that are added to the base when the scheme is active.
`authentication.py`
    `Authentication`, a REST framework authentication class in three steps: `read` the credential from the request, `find`
    what the database knows of it (one query, the user included), `check` that it still counts. Then functions:
    `issue(request, user)` makes a credential for a user who proved who they are; `credentials(user)` is the queryset of
    those that live; `revoke(credential)` ends one, `revoke_all(user)` every one; `expired()` is what `manage.py prune`
    deletes. A scheme that renews its credentials has `renew` beside `issue`.
`views.py`, `urls.py`
    `BeforeLoginView, LoginView, RefreshView, VerifyView, LogoutView`: those that the scheme has. `answer(request, user)` of the
    `LoginView` is what a sign-in answers, however somebody proved who they are: by a password, or with another site's account.
`steps.py`
    `SCHEME`, the dialogue as a client speaks it, as data.
`models.py`, `migrations/`
    Only where a scheme keeps rows.
`stock.py`
    The profile NAME-stock, the library as its own documentation sets it up, to be compared: settings; `urls()`, what is
    mounted under /auth/; `card(hardened)`, the dialogue where it differs; `ready()`, what runs once models are there.

A credential row has `id, user, created, expires, last_used, label`, whatever else it has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Step:
    """One verb of the dialogue: a request with `{variables}`, and what a client keeps of the answer.

    `keep` maps a variable to the field of the JSON answer that holds it, or to `cookie NAME`. `without` names the secrets
    that the request can't do without, and the status of the same request where one is missing.
    """

    method: str
    path: str
    why: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON
    status: int = 200
    keep: Mapping[str, str] = field(default_factory=dict)
    without: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Scheme:
    """The card of a scheme. A verb that it lacks is None."""

    name: str
    title: str
    authorization: str
    """How a request carries the credential, in one sentence."""
    read: Mapping[str, str]
    """Headers of a request that reads."""
    write: Mapping[str, str]
    """Headers of a request that changes something."""
    refused: int
    """Status of a request without a credential, or with a wrong one."""
    lifetimes: Mapping[str, str]
    """What lives -> the setting that says how many seconds."""
    security: Mapping[str, Any]
    """The scheme in the words of OpenAPI: a Security Scheme Object."""
    before: Step | None
    login: Step | None
    refresh: Step | None
    verify: Step
    logout: Step | None
    social: Step | None = None
    """A provider's access token instead of a password: where a provider is configured."""
    cleanup: str | None = None
    """The management command that deletes what has expired."""
    replayed: int = 401
    """Status of a renewal with a refresh token that was used already."""
    family_ends: bool = True
    """Whether such a replay ends the whole sign-in (RFC 9700 section 4.14.2)."""

    @property
    def credential(self) -> set[str]:
        """The variables that a request carries."""
        texts = "".join([*self.read.values(), *self.write.values()])
        return {name for _, name, _, _ in Formatter().parse(texts) if name}

    @property
    def renewal(self) -> str:
        """The variable of the sign-in that a renewal sends; empty where nothing is renewed."""
        sent = " ".join(self.refresh.body.values()) if self.refresh else ""
        return next((name for name in (self.login.keep if self.login else ()) if f"{{{name}}}" in sent), "")

    @property
    def rotates(self) -> bool:
        """Whether a renewal replaces everything that the sign-in gave, what renews included."""
        return bool(self.login and self.refresh and set(self.login.keep) <= set(self.refresh.keep))
