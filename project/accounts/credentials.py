"""Name or email and password -> User: once, for every scheme and for the admin, behind one limit on guesses."""

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.backends import ModelBackend
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import APIException, Throttled

from project.accounts.address import client_address
from project.accounts.events import log
from project.accounts.folding import fold
from project.accounts.models import Guesses, User
from project.accounts.spraying import Sprayed
from project.accounts.validators import PUBLISHED
from project.turns import Busy


class WrongCredentials(APIException):
    """One text for an unknown name, a wrong password and an account that is not active (ASVS 6.3.8)."""

    status_code = 400
    default_code = "wrong_credentials"
    default_detail = "Unable to sign in with this name and password."


class TooManyGuesses(Throttled):
    """429 with `Retry-After`: for the right password too, or the answer would tell which one it is."""

    default_detail = "Too many wrong passwords."


LIMITED = {
    429: OpenApiResponse(description="Too many wrong passwords from this address: for this name, or for all names together.")
}
"""What an operation that takes a password may answer, for the OpenAPI document."""


class SignIn(serializers.Serializer[Any]):
    """What every sign-in takes. A password is checked as typed, spaces included (ASVS 6.2.8)."""

    username = serializers.CharField(max_length=254, help_text="The username or the email address.")
    password = serializers.CharField(max_length=1024, trim_whitespace=False, style={"input_type": "password"})


def check(request: HttpRequest, username: str, password: str) -> User:
    """The active account with this name or address, and this password.

    Raises WrongCredentials, or TooManyGuesses.
    """
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        raise WrongCredentials
    return user


class Backend(ModelBackend):
    """Django's way in, taken by `check`, by the admin and by the OAuth2 token endpoint alike."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The account, or None. Hashes exactly one password whatever it finds, so that time tells nothing (CWE-208)."""
        name = username or kwargs.get(User.USERNAME_FIELD)
        if name is None or password is None:
            return None
        with Gate(request, name) as gate:
            user = User.objects.named(name)
            gate.user_id = user.pk if user else None
            if user is None:
                User().set_password(password)
            elif user.check_password(password) and self.user_can_authenticate(user) and not _published(password):
                return user
            gate.wrong()
        return None


def confirm(request: HttpRequest, user: User, password: str) -> bool:
    """Whether `password` is the one of a user who is already signed in: the same limit, so that it is no way round it."""
    with Gate(request, user.username) as gate:
        gate.user_id = user.pk
        if user.check_password(password):
            return True
        gate.wrong()
    return False


def _published(password: str) -> bool:
    """Demo data that was carried out of the lab opens nothing."""
    return not settings.LAB and password.endswith(PUBLISHED)


def expired() -> QuerySet[Guesses]:
    """The counters whose pause is over."""
    return Guesses.objects.filter(last__lte=timezone.now() - timedelta(seconds=settings.LOGIN_COOLOFF)).order_by("last")


class Gate:
    """The limit on guesses: LOGIN_GUESSES in a row for one name from one address, then a pause of LOGIN_COOLOFF seconds.

    `with Gate(request, name) as gate:` refuses at once when the pause runs, so that no hash is spent on it. Leaving the block
    decides in one atomic statement: a wrong password (`gate.wrong()`) is counted only while the gate is open, a right one
    passes only while it is open. So of a thousand guesses at once, ten learn anything; the others are refused, right or wrong.

    Beside it stands a coarse limit for the address alone, over all names: LOGIN_GUESSES_ADDRESS, see `spraying`.

    Raises TooManyGuesses on the way in and on the way out.
    """

    user_id: int | None = None

    def __init__(self, request: HttpRequest | None, name: str) -> None:
        self.request = request
        address = client_address(request) if request is not None else ""
        typed = fold(name[:254]) + "\0" + address
        self.key = hashlib.sha256(typed.encode("utf-8", "replace")).hexdigest()
        self.counter = Guesses.objects.filter(key=self.key)
        self.sprayed = Sprayed(address)
        self.failed = False

    def wrong(self) -> None:
        self.failed = True

    def __enter__(self) -> "Gate":
        self._refuse_if_spraying(self.sprayed.counted())
        self._refuse_if_shut()
        return self

    def __exit__(self, error: type[BaseException] | None, *rest: object) -> None:
        if error is not None:
            if issubclass(error, Busy):
                log("refused", self.request, self.user_id, reason="too many passwords at once")
            return
        if not self.failed:
            self._refuse_if_spraying(self.sprayed.counted())
            if self._refuse_if_shut():
                self.counter.filter(self._open()).delete()
            return
        log("refused", self.request, self.user_id, reason="wrong name or password")
        counted = self._count()
        self._refuse_if_spraying(self.sprayed.count() - 1)
        if not counted:
            self._refuse_if_shut()

    def _open(self) -> Q:
        return Q(failures__lt=settings.LOGIN_GUESSES) | Q(last__lte=self._pause_began())

    def _pause_began(self) -> Any:
        return timezone.now() - timedelta(seconds=settings.LOGIN_COOLOFF)

    def _count(self) -> bool:
        """Count one failure, unless the gate is shut. A pause that is over starts a new row of guesses."""
        now = timezone.now()
        Guesses.objects.bulk_create([Guesses(key=self.key, failures=0, last=now)], ignore_conflicts=True)
        fresh = When(last__lte=self._pause_began(), then=Value(1))
        return bool(self.counter.filter(self._open()).update(failures=Case(fresh, default=F("failures") + 1), last=now))

    def _refuse_if_spraying(self, before: int) -> None:
        """Raises TooManyGuesses where this address had its wrong passwords `before`."""
        if before >= settings.LOGIN_GUESSES_ADDRESS:
            log("refused", self.request, self.user_id, reason="too many wrong passwords from this address")
            raise TooManyGuesses(wait=self.sprayed.wait)

    def _refuse_if_shut(self) -> bool:
        """Whether there is a counter at all; raises TooManyGuesses while it says to pause."""
        counter = self.counter.first()
        if counter is None:
            return False
        over = counter.last + timedelta(seconds=settings.LOGIN_COOLOFF)
        if counter.failures >= settings.LOGIN_GUESSES and over > timezone.now():
            log("refused", self.request, self.user_id, reason="too many wrong passwords")
            raise TooManyGuesses(wait=(over - timezone.now()).total_seconds())
        return True
