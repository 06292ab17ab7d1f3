"""Whose credential a text is: what the database, which all profiles share, knows of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session as StockSession
from django.utils import timezone
from oauth2_provider.models import AccessToken, RefreshToken
from rest_framework.authtoken.models import Token

from project.accounts.models import User
from project.inspector.credentials import claims, end, is_refresh
from schemes.credential import digest
from schemes.jwt.models import Credential as Family
from schemes.session.models import Credential as Session
from schemes.token.models import Credential as Expiring


@dataclass(frozen=True)
class Known:
    """`scheme` may be of several profiles; `stock` says which kind. `over`: why it does not count any more, else empty."""

    scheme: str
    kind: str
    user: Any = None
    ends: datetime | None = None
    scope: str = ""
    stock: bool = False
    over: str = ""


def known(secret: str) -> Known | None:
    """Nothing is guessed: None for what no table has, and no signature could tell."""
    secret = secret.strip()
    if not secret or len(secret) > 5000:
        return None
    return _jwt(secret) or _token(secret) or _oauth2(secret) or _session(secret)


def over(ends: datetime | None) -> str:
    return "expired" if ends and ends <= timezone.now() else ""


def _jwt(secret: str) -> Known | None:
    told = claims(secret)
    if "user_id" not in told:
        return None
    ends, kind = end(secret), "refresh token" if is_refresh(secret) else "access token"
    if "sid" not in told:
        return Known("jwt", kind, _user(told["user_id"]), ends, stock=True, over=over(ends))
    family = Family.objects.filter(pk=told["sid"]).first() if isinstance(told["sid"], int) and 0 < told["sid"] < 2**31 else None
    ended = "" if family else "ended"
    if family and is_refresh(secret) and told.get("jti") != family.jti:
        ended = "used"
    return Known("jwt", kind, _user(told["user_id"]), ends, over=over(ends) or ended)


def _token(secret: str) -> Known | None:
    row = Expiring.objects.select_related("user").filter(digest=digest(secret)).first()
    if row:
        return Known("token", "token", row.user, row.expires, over=over(row.expires))
    stock = Token.objects.select_related("user").filter(key=secret).first() if "\0" not in secret else None
    return Known("token", "token", stock.user, stock=True) if stock else None


def _oauth2(secret: str) -> Known | None:
    access = AccessToken.objects.select_related("user").filter(token_checksum=digest(secret)).first()
    if access:
        stock = not hasattr(access, "credential")
        return Known("oauth2", "access token", access.user, access.expires, access.scope, stock, over(access.expires))
    refresh = RefreshToken.objects.select_related("user").filter(token_checksum=digest(secret)).first()
    if refresh:
        return Known("oauth2", "refresh token", refresh.user, over="used" if refresh.revoked else "")
    return None


def _session(secret: str) -> Known | None:
    row = Session.objects.select_related("user").filter(session_key=digest(secret)).first()
    if row:
        return Known("session", "session", row.user, row.expire_date, over=over(row.expire_date))
    stock = StockSession.objects.filter(session_key=secret).first()
    if stock is None:
        return None
    return Known("session", "session", None, stock.expire_date, stock=True, over=over(stock.expire_date))


def _user(number: Any) -> Any:
    text = str(number)
    return User.objects.filter(pk=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 10 else None
