"""What is on here, and nothing else, for a program that knows the address alone."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import path, reverse
from django.views import View
from oauth2_provider.settings import oauth2_settings
from oauth2_provider.views import JwksInfoView

from schemes.oauth2.server import GRANTS, RESPONSES


class MetadataView(View):
    """RFC 8414; with OpenID Connect on also OpenID Connect Discovery 1.0: the second is the first and a little more."""

    def get(self, request: HttpRequest) -> JsonResponse:
        return JsonResponse(document(), headers={"Access-Control-Allow-Origin": "*"})


def document() -> dict[str, Any]:
    """One issuer everywhere: here, in the authorization answer (RFC 9207) and in the id token."""
    with_secret = ["client_secret_basic", "client_secret_post"]
    everybody = [*with_secret, "none"]
    told = {
        "issuer": settings.PUBLIC_URL,
        "authorization_endpoint": _at("authorize"),
        "token_endpoint": _at("login"),
        "token_endpoint_auth_methods_supported": everybody,
        "revocation_endpoint": _at("revoke"),
        "revocation_endpoint_auth_methods_supported": everybody,
        "introspection_endpoint": _at("verify"),
        "introspection_endpoint_auth_methods_supported": with_secret,
        "response_types_supported": RESPONSES,
        "response_modes_supported": ["query"],
        "grant_types_supported": GRANTS,
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": list(oauth2_settings.SCOPES),
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "claims_parameter_supported": False,
        "service_documentation": f"{settings.PUBLIC_URL}{reverse('docs')}",
    }
    if settings.OIDC_ENABLED:
        told |= {
            "userinfo_endpoint": _at("userinfo"),
            "jwks_uri": _at("keys"),
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "preferred_username", "name", "email", "email_verified"],
            "prompt_values_supported": ["none", "login", "consent"],
        }
    return told


def _at(name: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name)}"


well_known = [path("oauth-authorization-server", MetadataView.as_view(), name="metadata")]
"""What stands under /.well-known/."""
if settings.OIDC_ENABLED:
    well_known += [
        path("openid-configuration", MetadataView.as_view(), name="openid-metadata"),
        path("jwks.json", JwksInfoView.as_view(), name="keys"),
    ]
