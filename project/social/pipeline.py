"""The last step of social-core's pipeline: from what a provider says of a person to their account here."""

import re
import unicodedata
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from social_django.models import UserSocialAuth

from project.accounts.events import log
from project.accounts.models import User
from project.social.refusals import AlreadyLinked, EmailTaken, ForeignPerson, Inactive, ProviderTrouble

NOWHERE = "no-address.invalid"
"""Where no mail arrives (RFC 2606, section 2): the address of an account whose provider vouches for none."""
ATTEMPTS = 5


def settle(
    strategy: Any,
    backend: Any,
    uid: str,
    details: dict[str, Any],
    response: dict[str, Any],
    user: User | None = None,
    subject: str = "",
    **_: Any,
) -> dict[str, Any]:
    """Find the account of this person, or link them to `user`, who asked for it, or make an account: all of it or nothing.

    A person is (provider, uid), and never an address. Of two first sign-ins at once the database lets one make the account;
    the other looks again and finds it. `subject` is whom a program's token is about, where the provider was asked before.
    """
    told = str(response.get(backend.id_key(), ""))
    if subject and told != subject:
        raise ForeignPerson
    if uid in ("", "None") or len(uid) > 255 or not uid.isprintable():
        raise ProviderTrouble
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                found = _settled(strategy.request, backend, uid, details, response, user)
            return {"user": found, "social": None, "is_new": False}
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError  # pragma: no cover


def _settled(
    request: Any, backend: Any, uid: str, details: dict[str, Any], response: dict[str, Any], user: User | None
) -> User:
    link = UserSocialAuth.objects.select_related("user").filter(provider=backend.name, uid=uid).first()
    if link is None:
        owner = user or _account(request, backend, details, backend.verified_address(response))
        UserSocialAuth.objects.create(user=owner, provider=backend.name, uid=uid, id_key=backend.id_key())
        log("linked", request, owner.pk, provider=backend.name)
    elif user is not None and link.user_id != user.pk:
        raise AlreadyLinked
    else:
        owner = link.user
    if not owner.is_active:
        raise Inactive
    return owner


def _account(request: Any, backend: Any, details: dict[str, Any], address: str) -> User:
    """A new account without a password, under a name like the one that the person has there."""
    email = _email(address)
    if email and User.objects.taken("email", email):
        raise EmailTaken
    user = User.objects.create_user(
        username=_name(details, backend.name),
        email=email or f"{uuid4().hex}@{NOWHERE}",
        first_name=_text(details.get("first_name"))[:150],
        last_name=_text(details.get("last_name"))[:150],
    )
    log("registered", request, user.pk, provider=backend.name)
    return user


def _text(value: Any) -> str:
    """A name as a person would write it: no control characters, nothing that no database stores."""
    return "".join(letter for letter in value if letter.isprintable()).strip() if isinstance(value, str) else ""


def _email(address: str) -> str:
    """The address in the form that registration keeps, or none where it would refuse it."""
    address = unicodedata.normalize("NFKC", _text(address))
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address if len(address) <= 254 else ""


def _name(details: dict[str, Any], provider: str) -> str:
    """A free username of 3 to 30 letters, digits and underscores, as like the person's own as that allows."""
    own = _text(details.get("username")) or _text(details.get("fullname"))
    name = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", own)).strip("_")[:30]
    if len(name) < 3:
        name = re.sub(r"\W+", "_", f"{provider}_{name}").strip("_")[:30]
    while User.objects.taken("username", name):
        name = f"{name[:21]}_{uuid4().hex[:8]}"
    return name
