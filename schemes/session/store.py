"""Where sessions are kept: Django's database store, with digests for keys and the user beside the data."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from project.prepared import Prepared
from schemes.credential import digest, label

LABEL = "label"
"""Where a session keeps the name of its device."""


def name_device(sender: type, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Django's `user_logged_in`: the API, the page and the admin all sign in by Django's `login`, which knows no label."""
    session = getattr(request, "session", None)
    if isinstance(session, SessionStore) and session.get(SESSION_KEY) == str(user.pk) and LABEL not in session:
        session[LABEL] = label(request)


by_digest: Prepared[Any] = Prepared(
    lambda digest, now: (
        SessionStore.get_model_class().objects.select_related("user").filter(session_key=digest, expire_date__gt=now)
    )
)


class SessionStore(db.SessionStore):
    """`row` is the session's row with its user once it was loaded, or None."""

    row: Any = None

    @classmethod
    def get_model_class(cls) -> Any:
        from schemes.session.models import Credential

        return Credential

    def load(self) -> dict[str, Any]:
        self.row = by_digest.first(digest=digest(self.session_key or ""), now=timezone.now())
        if self.row is None:
            self._session_key = None
            return {}
        return self.decode(self.row.session_data)

    def exists(self, session_key: str) -> bool:
        """Whether a key that was just made is taken: 165 random bits are not, and the column is unique."""
        return False

    def cycle_key(self) -> None:
        """Another key for what the session holds; the middleware saves it under that, once. The old row goes."""
        self.delete()
        self._session_cache, self._session_key = self._get_session(), None  # type: ignore[attr-defined]
        self.modified = True

    def save(self, must_create: bool = False) -> None:
        """As Django's; a row keeps its id, label and date of birth when its data changes."""
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        if SESSION_KEY in data and "_session_expiry" not in data:  # an absolute end, counted from the sign-in (ASVS 7.3.2)
            self.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
        fields = {
            "session_data": self.encode(data),
            "expire_date": self.get_expiry_date(),
            "user_id": data.get(SESSION_KEY),
            "label": data.get(LABEL, ""),
        }
        key = digest(self.session_key)
        if must_create:
            try:
                with transaction.atomic():
                    self.model.objects.create(session_key=key, **fields)
            except IntegrityError as error:
                raise CreateError from error
        elif not self.model.objects.filter(session_key=key).update(**fields):
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=digest(key)).delete()
