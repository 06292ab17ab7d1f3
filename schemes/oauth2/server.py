"""Which grants and scopes there are: of all that oauthlib offers, those that are asked for here, and nothing else."""

from typing import Any

from oauth2_provider.models import Application
from oauth2_provider.scopes import SettingsScopes
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.errors import CustomOAuth2Error
from oauthlib.oauth2.rfc6749.grant_types.authorization_code import code_challenge_method_s256
from oauthlib.openid import Server as AllGrants

GRANTS = ("authorization_code", "refresh_token", "client_credentials", "password")
"""The last one is the legacy lane: RFC 9700, section 2.4, says that it MUST NOT be used. The device grant (RFC 8628) is off:
django-oauth-toolkit 3.4.1 breaks on oauthlib 4 there, whose security fixes we need."""
RESPONSES = ("code",)
OFF = {"request": "request_not_supported", "request_uri": "request_uri_not_supported", "max_age": "invalid_request"}
"""What an application may not ask -> the error that says so (OpenID Connect Core 1.0, section 3.1.2.6). Silence would be a
promise: of `max_age`, that the person signs in anew."""
CHALLENGE = range(43, 129)
"""How long a challenge may be (RFC 7636, section 4.2)."""


class Server(AllGrants):
    """Authorization code with PKCE by S256 alone (RFC 7636, section 4.2), refresh, client credentials, password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for grant in (self.auth_grant, self.openid_connect_auth.proxy_target):
            grant._code_challenge_methods = {"S256": code_challenge_method_s256}
            grant.custom_validators.pre_auth.append(refuse_what_is_off)
        self._grant_types: dict[str, Any] = {name: self.grant_types[name] for name in GRANTS}
        self._response_types: dict[str, Any] = {name: self.response_types[name] for name in RESPONSES}


def refuse_what_is_off(request: Request) -> dict[str, Any]:
    """Raises CustomOAuth2Error, which goes back to the application."""
    asked = dict(request.uri_query_params)
    for name, error in OFF.items():
        if asked.get(name):
            raise CustomOAuth2Error(error, description=f"`{name}` is not supported.", request=request)
    if asked.get("response_mode", "query") != "query":
        raise CustomOAuth2Error("invalid_request", description="The answer is given in the query alone.", request=request)
    if asked.get("code_challenge") and len(asked["code_challenge"]) not in CHALLENGE:
        raise CustomOAuth2Error("invalid_request", description="A challenge has 43 to 128 characters.", request=request)
    return {}


class Scopes(SettingsScopes):
    """What an application may ask for, and what it gets when it does not say (least privilege: RFC 9700, section 2.3)."""

    def get_available_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """All of them where a person consents; fewer where there is none, and where no id token can be signed."""
        known: list[str] = super().get_available_scopes(application, request, *args, **kwargs)
        if application is None:
            return known
        signs = application.algorithm == Application.RS256_ALGORITHM
        fitting = OF.get(application.authorization_grant_type, known if signs else ["read", "write"])
        return [scope for scope in known if scope in fitting]

    def get_default_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        return OF.get(getattr(application, "authorization_grant_type", ""), ["read"])


OF = {Application.GRANT_PASSWORD: ["read", "write"], Application.GRANT_CLIENT_CREDENTIALS: ["read"]}
"""A kind of application -> its scopes, asked for or not."""
