"""Which keys sign and check: a secret of this site's alone, or pairs whose public halves anybody may have.

simplejwt knows one key. Here there can be several while they rotate: the first signs, all check, and a token says which by
its `kid`, the key's thumbprint (RFC 7638). Access and refresh tokens name different audiences: who checks tokens elsewhere,
and looks at the audience as it must (RFC 8725, section 3.9), takes no refresh token for an access token.
"""

from typing import Any

import jwt
from jwcrypto.jwk import JWK
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.settings import api_settings

from project.settings.env import PEM

PAIRS = [JWK.from_pem(pem.encode()) for pem in PEM.findall(api_settings.SIGNING_KEY)]
"""None where the key is a secret."""


class Backend(TokenBackend):
    """simplejwt's, with a choice of keys by `kid`."""

    def __init__(self, audience: str) -> None:
        signing = PAIRS[0].export_to_pem(private_key=True, password=None).decode() if PAIRS else api_settings.SIGNING_KEY
        super().__init__(api_settings.ALGORITHM, signing, "", audience, api_settings.ISSUER, None, api_settings.LEEWAY)
        self.public = {pair.thumbprint(): self._prepare_key(pair.export_to_pem().decode()) for pair in PAIRS}

    def encode(self, payload: dict[str, Any]) -> str:
        if not PAIRS:
            return super().encode(payload)
        claims = payload | {"aud": self.audience, "iss": self.issuer}
        headers = {"kid": PAIRS[0].thumbprint()}
        return jwt.encode(claims, self.prepared_signing_key, algorithm=self.algorithm, headers=headers)

    def get_verifying_key(self, token: Any) -> Any:
        if not PAIRS:
            return super().get_verifying_key(token)
        kid = jwt.get_unverified_header(token).get("kid")
        if kid not in self.public:
            raise jwt.InvalidTokenError("No key of this site.")
        return self.public[kid]


access = Backend(api_settings.AUDIENCE)
refresh = Backend(f"{api_settings.ISSUER}/auth/refresh/")


def published() -> list[dict[str, Any]]:
    """The public halves, as a JSON Web Key Set has them (RFC 7517, section 5); none where the key is a shared secret."""
    common = {"use": "sig", "alg": api_settings.ALGORITHM}
    return [pair.export_public(as_dict=True) | common | {"kid": pair.thumbprint()} for pair in PAIRS]
