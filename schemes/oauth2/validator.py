"""The toolkit's seam for every decision: who may sign in, what a code is worth, what a refresh token is worth."""

from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from oauth2_provider.models import AccessToken, Application, Grant, RefreshToken
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError

from project.accounts import credentials
from project.accounts.events import log
from schemes.credential import digest
from schemes.oauth2.authentication import issue
from schemes.oauth2.models import Credential, new_family
from schemes.oauth2.server import GRANTS

SIGNED_IN = "schemes.oauth2.signed_in"
"""Under this name the authorization page tells in the request's environment whether it knows the person."""
PUBLISHED = "demo-secret"
"""The secret of the demo data's application, which everybody knows."""


class Validator(OAuth2Validator):
    """What the toolkit lacks: the limit on guesses, active users only, an absolute end, one winner of a race, codes kept as
    digests and once used never forgotten."""

    def _load_application(self, client_id: str | None, request: Request) -> Any:
        """No application goes by a name that no database stores (PostgreSQL raises)."""
        return None if "\0" in (client_id or "") else super()._load_application(client_id, request)

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        """Demo data that was carried out of the lab opens nothing."""
        if provided_secret == PUBLISHED and not settings.LAB:
            return False
        return super()._check_secret(provided_secret, stored_secret)

    def _extract_basic_auth(self, request: Request) -> str | None:
        """The words of a header are read without regard to case (RFC 9110, section 11.1)."""
        word, _, sent = request.headers.get("HTTP_AUTHORIZATION", "").partition(" ")
        return sent if word.lower() == "basic" and sent else None

    def authenticate_client(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """The application itself rather than True: introspection has to know who asks."""
        return super().authenticate_client(request, *args, **kwargs) and request.client

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """The password grant is for applications that keep a secret: any other could be anybody (RFC 9700, section 2.4)."""
        if grant_type not in GRANTS or (grant_type == "password" and client.client_type == Application.CLIENT_PUBLIC):
            return False
        return super().validate_grant_type(client_id, grant_type, client, request, *args, **kwargs)

    def validate_user(self, username: str, password: str, client: Any, request: Request, *args: Any, **kwargs: Any) -> bool:
        """Name and password, through the one gate in front of every way in. Raises TooManyGuesses."""
        try:
            request.user = credentials.check(self.build_http_request(request), username, password)
        except credentials.WrongCredentials:
            return False
        return True

    def validate_scopes(
        self, client_id: str, scopes: list[str], client: Any, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        """A parameter without a value is one that was left out (RFC 6749, section 3.1)."""
        if scopes == [""]:
            request.scopes = scopes = self.get_default_scopes(client_id, request)
        return super().validate_scopes(client_id, scopes, client, request, *args, **kwargs)

    def _create_authorization_code(self, request: Request, code: dict[str, str], expires: Any = None) -> Any:
        """Only the digest of a code is kept."""
        return super()._create_authorization_code(request, code | {"code": digest(code["code"])}, expires)

    def get_authorization_code_scopes(self, client_id: str, code: str, redirect_uri: str, request: Request) -> list[str]:
        return super().get_authorization_code_scopes(client_id, digest(code or ""), redirect_uri, request)

    def validate_code(self, client_id: str, code: str, client: Any, request: Request, *args: Any, **kwargs: Any) -> bool:
        """Whether a code still counts. One that was used before ends what it gave (RFC 6749, section 4.1.2; ASVS 10.4.2).

        From here on the request knows its code by the digest, and what it was given for: somebody else may spend it meanwhile.
        """
        request.code = digest(code)
        request.grant = Grant.objects.select_related("user").filter(code=request.code, application=client).first()
        if request.grant is None:
            self._code_replayed(request)
            return False
        request.user, request.scopes = request.grant.user, request.grant.scope.split()
        request.nonce = request.grant.nonce or None
        return request.user.is_active and not request.grant.is_expired()

    def get_code_challenge(self, code: str, request: Request) -> str | None:
        return request.grant.code_challenge or None

    def get_code_challenge_method(self, code: str, request: Request) -> str | None:
        return request.grant.code_challenge_method or None

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Any, request: Request, *args: Any, **kwargs: Any
    ) -> bool:
        if not request.grant.redirect_uri_allowed(redirect_uri):
            raise InvalidGrantError("The code was given for another redirect URI.", request=request)
        return True

    def get_authorization_code_nonce(self, client_id: str, code: str, redirect_uri: str, request: Request) -> str | None:
        return request.grant.nonce or None

    def invalidate_authorization_code(self, client_id: str, code: str, request: Request, *args: Any, **kwargs: Any) -> None:
        """The code was spent together with saving what it gave."""

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
        request.allowed = credential.scope
        request.refresh_token = refresh_token
        request.refresh_token_instance = token
        return True

    def get_original_scopes(self, refresh_token: str, request: Request, *args: Any, **kwargs: Any) -> str:
        return request.allowed

    def save_bearer_token(self, token: dict[str, Any], request: Request, *args: Any, **kwargs: Any) -> None:
        """The toolkit's transaction. Of several uses of one refresh token, or of one code, the first wins; the others are
        replays."""
        used = getattr(request, "refresh_token_instance", None)
        try:
            super().save_bearer_token(token, request, *args, **kwargs)
        except InvalidGrantError:
            if used is not None:
                self._replayed(used, request)
            elif request.grant_type == "authorization_code":
                self._code_replayed(request)
            raise

    def _save_bearer_token(self, token: dict[str, Any], request: Request, *args: Any, **kwargs: Any) -> None:
        used = getattr(request, "refresh_token_instance", None)
        grant = None
        if used is not None:  # locked until the transaction ends: whoever comes second sees that the token was used
            credential = Credential.objects.select_for_update().filter(token_family=used.token_family).first()
            if credential is None or not RefreshToken.objects.filter(pk=used.pk, revoked=None).exists():
                raise InvalidGrantError(request=request)
            left = int((credential.expires - timezone.now()).total_seconds())
            token["expires_in"] = max(0, min(token["expires_in"], left))
            log("refreshed", self.build_http_request(request), used.user_id, family=credential.pk)
        elif request.grant_type == "authorization_code":
            grant = Grant.objects.select_for_update().filter(code=request.code, application=request.client).first()
            if grant is None:
                raise InvalidGrantError(request=request)
        super()._save_bearer_token(token, request, *args, **kwargs)
        if grant:
            grant.delete()

    def _create_access_token(
        self, expires: Any, request: Request, token: dict[str, Any], source_refresh_token: Any = None
    ) -> Any:
        """What an application gets in its own name is a family of one."""
        access_token = super()._create_access_token(expires, request, token, source_refresh_token)
        if request.user is None:
            issue(self.build_http_request(request), None, access_token, new_family())
        return access_token

    def _create_refresh_token(self, request: Request, code: str, access_token: Any, previous: Any) -> Any:
        """Keep the family of the tokens that the toolkit makes: it takes the one before's, else a random one, here ours."""
        family = previous.token_family if previous else new_family()
        refresh_token = super()._create_refresh_token(request, code, access_token, SimpleNamespace(token_family=family))
        if previous is None:
            began = request.code if request.grant_type == "authorization_code" else None
            issue(self.build_http_request(request), request.user, access_token, family, began)
        else:
            Credential.objects.filter(token_family=family).update(access_token=access_token, last_used=timezone.now())
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
        Credential.objects.filter(pk__in=families.values("pk")).delete()
        AccessToken.objects.filter(token_checksum=checksum, application=request.client).delete()

    def validate_silent_login(self, request: Request) -> bool:
        """Whether `prompt=none` finds somebody signed in (OpenID Connect Core 1.0, section 3.1.2.1)."""
        return bool(request.headers.get(SIGNED_IN))

    def validate_silent_authorization(self, request: Request) -> bool:
        """Nobody is allowed anything without being asked."""
        return False

    def get_additional_claims(self, request: Request) -> dict[str, Any]:
        """Who somebody is (OpenID Connect Core 1.0, section 5.1). Nobody here checks that an address is one's own."""
        user = request.user
        return {
            "preferred_username": user.username,
            "name": user.get_full_name() or user.username,
            "email": user.email,
            "email_verified": False,
        }

    def get_id_token_dictionary(self, token: Any, token_handler: Any, request: Request) -> tuple[dict[str, Any], Any]:
        """Without `auth_time`: the toolkit takes the last sign-in of any kind for the one at this browser."""
        claims, expires = super().get_id_token_dictionary(token, token_handler, request)
        claims.pop("auth_time")
        return claims, expires

    def _code_replayed(self, request: Request) -> None:
        families = Credential.objects.filter(code=request.code, application=request.client)
        for user_id in families.values_list("user_id", flat=True):
            log("authorization code replayed", self.build_http_request(request), user_id)
        families.delete()

    def _replayed(self, token: Any, request: Request) -> None:
        Credential.objects.filter(token_family=token.token_family).delete()
        log("refresh token replayed", self.build_http_request(request), token.user_id)
