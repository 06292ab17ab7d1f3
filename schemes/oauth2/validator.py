"""The toolkit's seam for every decision at the token endpoint: who may sign in, and what a refresh token is worth."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from oauth2_provider.models import AccessToken, RefreshToken
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError

from project.accounts import credentials
from project.accounts.events import log
from schemes.credential import digest
from schemes.oauth2.authentication import end, issue
from schemes.oauth2.models import Credential

PUBLISHED = "demo-secret"
"""The secret of the demo data's application, which everybody knows."""


class Validator(OAuth2Validator):
    """What the toolkit lacks: the limit on guesses, active users only, an absolute end, one winner of a race of refreshes."""

    def _load_application(self, client_id: str | None, request: Request) -> Any:
        """No application goes by a name that no database stores (PostgreSQL raises)."""
        return None if "\0" in (client_id or "") else super()._load_application(client_id, request)

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        """Demo data that was carried out of the lab opens nothing."""
        if provided_secret == PUBLISHED and not settings.LAB:
            return False
        return super()._check_secret(provided_secret, stored_secret)

    def authenticate_client(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The application itself rather than True: introspection has to know who asks."""
        return super().authenticate_client(request, *args, **kwargs) and request.client

    def validate_user(self, username: str, password: str, client: Any, request: Request, *args: Any, **kwargs: Any) -> bool:
        """Name and password, through the one gate in front of every way in. Raises TooManyGuesses."""
        try:
            request.user = credentials.check(self.build_http_request(request), username, password)
        except credentials.WrongCredentials:
            return False
        return True

    def validate_refresh_token(self, refresh_token: str, client: Any, request: Request, *args: Any, **kwargs: Any) -> bool:
        """Whether a refresh token still counts. One that was used before ends its family (RFC 9700, section 4.14.2)."""
        token = (
            RefreshToken.objects.select_related("user", "access_token")
            .filter(token_checksum=digest(refresh_token), application=client)
            .first()
        )
        if token is None:
            return False
        if token.revoked is not None:
            self._replayed(token, request)
            return False
        credential = Credential.objects.filter(token_family=token.token_family, expires__gt=timezone.now()).first()
        if credential is None or not token.user.is_active:
            return False
        request.user = token.user
        request.refresh_token = refresh_token
        request.refresh_token_instance = token
        return True

    def save_bearer_token(self, token: dict[str, Any], request: Request, *args: Any, **kwargs: Any) -> None:
        """The toolkit's transaction. Of several refreshes with one token the first wins; the others are replays."""
        used = getattr(request, "refresh_token_instance", None)
        try:
            super().save_bearer_token(token, request, *args, **kwargs)
        except InvalidGrantError:
            self._replayed(used, request)
            raise

    def _save_bearer_token(self, token: dict[str, Any], request: Request, *args: Any, **kwargs: Any) -> None:
        used = getattr(request, "refresh_token_instance", None)
        if used is not None:  # locked until the transaction ends: whoever comes second sees that the token was used
            credential = Credential.objects.select_for_update().filter(token_family=used.token_family).first()
            if credential is None or not RefreshToken.objects.filter(pk=used.pk, revoked=None).exists():
                raise InvalidGrantError(request=request)
            left = int((credential.expires - timezone.now()).total_seconds())
            token["expires_in"] = max(0, min(token["expires_in"], left))
            log("refreshed", self.build_http_request(request), used.user_id, family=credential.pk)
        super()._save_bearer_token(token, request, *args, **kwargs)

    def _create_refresh_token(self, request: Request, code: str, access_token: Any, previous: Any) -> Any:
        """Keep the family of the tokens that the toolkit makes."""
        refresh_token = super()._create_refresh_token(request, code, access_token, previous)
        if previous is None:
            issue(self.build_http_request(request), request.user, refresh_token)
        else:
            Credential.objects.filter(token_family=refresh_token.token_family).update(
                access_token=access_token, last_used=timezone.now()
            )
        return refresh_token

    def revoke_token(self, token: str, token_type_hint: str, request: Request, *args: Any, **kwargs: Any) -> None:
        """Either token of a pair ends the family, for the client that it was given to (RFC 7009, section 2.1)."""
        checksum = digest(token)
        grown = RefreshToken.objects.filter(token_checksum=checksum).values("token_family")
        families = Credential.objects.filter(
            Q(access_token__token_checksum=checksum) | Q(token_family__in=grown), application=request.client
        )
        for user_id in families.values_list("user_id", flat=True):
            log("signed out", self.build_http_request(request), user_id)
        end(Credential.objects.filter(pk__in=families.values("pk")))
        AccessToken.objects.filter(token_checksum=checksum, application=request.client).delete()

    def _replayed(self, token: Any, request: Request) -> None:
        end(Credential.objects.filter(token_family=token.token_family))
        log("refresh token replayed", self.build_http_request(request), token.user_id)
