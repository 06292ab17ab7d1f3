"""social-core's providers, with two questions more: whom was a token issued to, and which address is known to be theirs.

An access token says who a person is to whoever holds it. One that was issued to another application may be in the hands of that
application, so it must not sign anybody in here (OpenID Connect Core 1.0, section 16.11; CWE-441): every provider is asked, in
its own way, before anything else.
"""

from hashlib import sha256
from typing import Any

from social_core.backends.facebook import API_VERSION, FacebookOAuth2
from social_core.backends.github import GithubOAuth2
from social_core.backends.google import GoogleOAuth2
from social_core.backends.open_id_connect import OpenIdConnectAuth
from social_core.backends.twitter_oauth2 import TwitterOAuth2
from social_core.exceptions import AuthCredentialError, AuthProviderError, AuthResponseError

from project.social.refusals import TokenRefused

ALGORITHMS = {"RSA": "RS256", "P-256": "ES256", "P-384": "ES384", "P-521": "ES512", "Ed25519": "EdDSA", "Ed448": "EdDSA"}
"""Of a published key that does not say it itself (`alg` is optional: RFC 7517, section 4.4)."""


class ForeignToken(TokenRefused):
    default_code = "foreign_token"
    default_detail = "The provider's token was issued to another application, or is no longer valid."


class Provider:
    """What each backend below has beside social-core's."""

    def check_audience(self, access_token: str, id_token: str) -> str:
        """The provider's number of the person, as far as it tells, once the token is known to be issued to us.

        Raises ForeignToken; and whatever social-core raises when a provider is in trouble.
        """
        raise TokenRefused("This provider can't be asked whom a token was issued to. Sign in with it in a browser.")

    def verified_address(self, response: dict[str, Any]) -> str:
        """The address that the provider says it has verified, or none."""
        return ""


class OpenIdConnect(Provider, OpenIdConnectAuth[Any]):
    """Any provider that publishes what it is (OpenID Connect Discovery 1.0)."""

    def oidc_config(self) -> dict[Any, Any]:
        """As social-core's, which keeps what it found for a day: what is no such document must not be kept."""
        found = super().oidc_config()
        if not all(
            isinstance(found.get(name), str) for name in ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
        ):
            self.get_openid_configuration.invalidate(self, self.oidc_config_url())
            raise AuthResponseError(self, code="malformed_response", stage="begin")
        return found

    def get_remote_jwks_keys(self, uri: str | None = None) -> list[dict[str, Any]]:
        """The keys that sign, each with its algorithm: where a key names none social-core takes it for the first it knows."""
        keys = [key for key in super().get_remote_jwks_keys(uri) if key.get("use", "sig") == "sig"]
        for key in keys:
            kind = key.get("crv", key.get("kty"))
            if "alg" not in key and kind in ALGORITHMS:
                key["alg"] = ALGORITHMS[kind]
        return keys

    def check_audience(self, access_token: str, id_token: str) -> str:
        claims = self.vouched_by(id_token, access_token) if id_token else None
        if claims is None:
            claims = self.introspected(access_token)
        self.id_token = claims  # what the profile is compared with
        return str(claims.get("sub", ""))

    def vouched_by(self, id_token: str, access_token: str) -> dict[str, Any] | None:
        """The claims of an id token, or None where it does not say which access token it came with (`at_hash` is optional in
        the code flow: section 3.1.3.6)."""
        try:
            claims: dict[str, Any] = self.decode_and_validate_id_token(id_token, access_token)
            self.validate_required_id_token_claims(claims)
        except AuthResponseError as error:
            if error.code == "malformed_response":
                raise
            raise TokenRefused("The id token is not this provider's, not for this application, or expired.") from error
        return claims if claims.get("at_hash") else None

    def introspected(self, access_token: str) -> dict[str, Any]:
        """What the provider says of the token (RFC 7662): that it counts, and that it was issued to us."""
        endpoint = self.oidc_config().get("introspection_endpoint")
        if not isinstance(endpoint, str):
            raise TokenRefused("This provider can't be asked whom a token was issued to. Send its id token too.")
        key, secret = self.get_key_and_secret()
        form = {"token": access_token, "token_type_hint": "access_token"}
        basic = self.use_basic_auth()
        said = self.get_json(
            endpoint,
            method="POST",
            headers={"Accept": "application/json"},
            data=form if basic else form | {"client_id": key, "client_secret": secret},
            auth=(key, secret) if basic else None,
            stage="token_validation",
        )
        audience = said.get("aud", [])
        ours = (
            said["client_id"] == key if "client_id" in said else key in ([audience] if isinstance(audience, str) else audience)
        )
        if said.get("active") is not True or not ours:
            raise ForeignToken
        return {"sub": said["sub"]} if "sub" in said else {}

    def validate_userinfo_sub(self, userinfo: dict[str, Any] | None) -> dict[str, Any] | None:
        """As social-core's, which lets a profile pass that does not say whom it is about (section 5.3.2).

        Introspection may leave the subject out (RFC 7662, section 2.2): then the profile alone says it, to the same token.
        """
        if not userinfo or not isinstance(userinfo.get("sub"), str):
            raise AuthResponseError(self, claim="sub", code="missing_claim", stage="user_info")
        if self.id_token == {}:
            self.id_token = {"sub": userinfo["sub"]}
        return super().validate_userinfo_sub(userinfo)

    def get_user_id(self, details: dict[str, Any], response: dict[str, Any]) -> str:
        """Issuer and subject: only both together are one person (section 5.7), should the endpoint ever be another one."""
        subject = super().get_user_id(details, response)
        uid = f"{self.id_token_issuer()}#{subject}"
        return uid if len(uid) <= 255 else sha256(uid.encode()).hexdigest()

    def verified_address(self, response: dict[str, Any]) -> str:
        claims = response if "email" in response else self.id_token or {}
        return str(claims["email"]) if claims.get("email_verified") is True else ""


class Google(Provider, GoogleOAuth2[Any]):
    """https://developers.google.com/identity/protocols/oauth2"""

    def check_audience(self, access_token: str, id_token: str) -> str:
        url = "https://oauth2.googleapis.com/tokeninfo"
        said = asked(self, url, method="POST", data={"access_token": access_token})
        key, _ = self.get_key_and_secret()
        if said.get("aud") != key or said.get("azp", key) != key:
            raise ForeignToken
        return str(said.get("sub", ""))

    def validate_email_verified(self, response: Any, **_: Any) -> None:
        """An address that is not verified is left out, not a reason to turn somebody away."""

    def verified_address(self, response: dict[str, Any]) -> str:
        return str(response["email"]) if response.get("email_verified") is True and response.get("email") else ""


class GitHub(Provider, GithubOAuth2[Any]):
    """https://docs.github.com/en/rest/apps/oauth-applications#check-a-token"""

    def check_audience(self, access_token: str, id_token: str) -> str:
        key, secret = self.get_key_and_secret()
        url = f"{self.api_url()}applications/{key}/token"
        said = asked(self, url, method="POST", json={"access_token": access_token}, auth=(key, secret))
        if said["app"]["client_id"] != key:
            raise ForeignToken
        return str(said["user"]["id"])

    def verified_address(self, response: dict[str, Any]) -> str:
        chosen = [entry for entry in response.get("emails", []) if entry.get("primary") and entry.get("verified") is True]
        return str(chosen[0]["email"]) if chosen else ""


class Facebook(Provider, FacebookOAuth2[Any]):
    """https://developers.facebook.com/docs/graph-api/reference/debug_token

    Nobody promises that its addresses are verified, so none is taken.
    """

    def check_audience(self, access_token: str, id_token: str) -> str:
        key, secret = self.get_key_and_secret()
        url = f"https://graph.facebook.com/v{self.setting('API_VERSION', API_VERSION)}/debug_token"
        said = asked(self, url, params={"input_token": access_token, "access_token": f"{key}|{secret}"})["data"]
        if said.get("is_valid") is not True or str(said.get("app_id")) != key:
            raise ForeignToken
        return str(said["user_id"])


class X(Provider, TwitterOAuth2[Any]):
    """It has no way to ask whom a token was issued to, and tells no addresses."""


def asked(backend: Any, url: str, **options: Any) -> dict[str, Any]:
    """What a provider says of a token. It refuses to speak of one that it did not issue, or not to us."""
    try:
        said: dict[str, Any] = backend.get_json(url, stage="token_validation", **options)
    except AuthCredentialError as error:
        raise ForeignToken from error
    except AuthProviderError as error:
        if error.status_code in (400, 404, 422):
            raise ForeignToken from error
        raise
    return said
