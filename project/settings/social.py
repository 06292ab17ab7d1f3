"""Other sites whose accounts open this one: each is there when the environment has its key and its secret, and else is not.

The names are social-core's own: https://python-social-auth.readthedocs.io/en/latest/configuration/settings.html
"""

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from project.settings import env
from project.settings.base import HTTPS, LAB


@dataclass(frozen=True)
class Provider:
    """`origins` are the sites that a browser is led to: Chromium holds a form's redirects to `form-action` (CSP)."""

    title: str
    backend: str
    origins: tuple[str, ...]


known = {
    "oidc": Provider("OpenID Connect", "project.social.backends.OpenIdConnect", ()),
    "google-oauth2": Provider("Google", "project.social.backends.Google", ("https://accounts.google.com",)),
    "github": Provider("GitHub", "project.social.backends.GitHub", ("https://github.com",)),
    "facebook": Provider("Facebook", "project.social.backends.Facebook", ("https://*.facebook.com",)),
    "twitter-oauth2": Provider("X", "project.social.backends.X", ("https://twitter.com", "https://x.com")),
}
"""Every provider that can be configured, by social-core's name, in the order of the buttons."""


def _key_and_secret(prefix: str) -> tuple[str, env.Secret] | None:
    """Both, or None where neither is set. One without the other is a mistake."""
    names = (f"{prefix}_KEY", f"{prefix}_SECRET")
    key, secret = (os.environ.get(name, "").strip() for name in names)
    if not key and not secret:
        return None
    if not key or not secret:
        given, missing = names if key else reversed(names)
        raise ImproperlyConfigured(
            f"{missing} is not set, but {given} is. Accepted: both, as the provider gave them, or neither."
        )
    return key, env.Secret(secret)


def _address(name: str) -> str:
    """An address of the provider. Empty where it is not set."""
    value = os.environ.get(name, "").strip()
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        usable = (
            parts.scheme in ("https", "http")
            and parts.hostname
            and parts.port != 0
            and not parts.username
            and not parts.fragment
        )
    except ValueError:
        usable = False
    if not usable:
        raise ImproperlyConfigured(f"{name}={value!r} can't be used. Accepted: an address such as https://login.example.org.")
    if parts.scheme == "http" and not LAB:
        raise ImproperlyConfigured(
            f"{name}={value!r} can't be used: secrets would travel in the clear. Accepted: https:// (http:// in the lab alone)."
        )
    return value


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


SOCIAL_PROVIDERS: dict[str, Provider] = {}
"""The configured ones."""

for _name, _provider in known.items():
    _prefix = f"SOCIAL_AUTH_{_name.upper().replace('-', '_')}"
    _pair = _key_and_secret(_prefix)
    if _pair is None:
        continue
    globals()[f"{_prefix}_KEY"], globals()[f"{_prefix}_SECRET"] = _pair
    SOCIAL_PROVIDERS[_name] = _provider

SOCIAL_AUTH_OIDC_OIDC_ENDPOINT = _address("SOCIAL_AUTH_OIDC_OIDC_ENDPOINT").rstrip("/")
"""The issuer: what comes before `/.well-known/openid-configuration`."""
SOCIAL_AUTH_OIDC_AUTHORIZATION_URL = _address("SOCIAL_AUTH_OIDC_AUTHORIZATION_URL")
"""Needed where people sign in on another host than the issuer's; it is discovered otherwise."""

if "oidc" in SOCIAL_PROVIDERS:
    if not SOCIAL_AUTH_OIDC_OIDC_ENDPOINT:
        raise ImproperlyConfigured(
            "SOCIAL_AUTH_OIDC_OIDC_ENDPOINT is not set, but SOCIAL_AUTH_OIDC_KEY is. Accepted: the provider's issuer, "
            "an address such as https://login.example.org."
        )
    SOCIAL_PROVIDERS["oidc"] = Provider(
        os.environ.get("SOCIAL_AUTH_OIDC_TITLE", "").strip() or known["oidc"].title,
        known["oidc"].backend,
        (_origin(SOCIAL_AUTH_OIDC_AUTHORIZATION_URL or SOCIAL_AUTH_OIDC_OIDC_ENDPOINT),),
    )
elif SOCIAL_AUTH_OIDC_OIDC_ENDPOINT:
    raise ImproperlyConfigured(
        "SOCIAL_AUTH_OIDC_KEY is not set, but SOCIAL_AUTH_OIDC_OIDC_ENDPOINT is. Accepted: endpoint, key and secret, or none."
    )

AUTHENTICATION_BACKENDS = [provider.backend for provider in SOCIAL_PROVIDERS.values()]

SOCIAL_AUTH_URL_NAMESPACE = "social"
SOCIAL_AUTH_REDIRECT_IS_HTTPS = HTTPS
SOCIAL_AUTH_REQUESTS_TIMEOUT = 5
"""Seconds that a provider may be silent."""
SOCIAL_AUTH_PIPELINE = (
    "social_core.pipeline.social_auth.social_details",
    "social_core.pipeline.social_auth.social_uid",
    "social_core.pipeline.social_auth.auth_allowed",
    "project.social.pipeline.settle",
)
"""No step looks for an account by its email address, copies a profile over ours or keeps a provider's token."""
SOCIAL_AUTH_OIDC_USE_PKCE = True
SOCIAL_AUTH_OIDC_JWT_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Key pairs alone: a provider that signs with our own secret proves nothing."""
SOCIAL_AUTH_GITHUB_SCOPE = ["user:email"]
"""GitHub says which address is verified only where it lists them."""
