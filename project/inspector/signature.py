"""Whether this site signed a JWT. Who holds the key can tell; of a key pair anybody can, and the page does it by itself."""

from typing import Any

import jwt
from rest_framework_simplejwt.settings import api_settings

SYMMETRIC = ("HS256", "HS384", "HS512")


def check(token: str) -> dict[str, Any]:
    """`valid`, and why. Of the signature alone: times, families and users are another matter."""
    try:
        algorithm = jwt.get_unverified_header(token).get("alg", "")
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        return {"valid": False, "why": "This is no JWT: its header can't be read."}
    if algorithm not in SYMMETRIC:
        return {"valid": False, "why": f"{str(algorithm)[:20]} is no signature with a shared secret."}
    shared = "Only who holds the secret key can check it, and who can check it could also have made it."
    if api_settings.ALGORITHM not in SYMMETRIC:
        return {
            "valid": False,
            "why": f"This site signs with {api_settings.ALGORITHM}: a token that says {algorithm} is not its own.",
        }
    try:
        jwt.PyJWS().decode(token, api_settings.SIGNING_KEY, algorithms=[api_settings.ALGORITHM])
    except (jwt.InvalidTokenError, ValueError, RecursionError):
        return {"valid": False, "why": f"This site's key did not make this signature of this content ({algorithm}). {shared}"}
    return {"valid": True, "why": f"This site's key made this signature of this content ({algorithm}). {shared}"}
