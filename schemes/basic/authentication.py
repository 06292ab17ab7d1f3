"""Name and password as the credential: `Authorization: Basic …` (RFC 7617)."""

import binascii
from base64 import b64decode

from rest_framework.authentication import BasicAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from project.accounts import credentials
from project.accounts.models import User


class Authentication(BasicAuthentication):
    """REST framework's, behind the limit on guesses; there is nothing to find but the account itself."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        secret = self.read(request)
        if secret is None:
            return None
        return self.check(request, *self.find(secret)), None

    def read(self, request: Request) -> bytes | None:
        """The base64 text that the header carries, or None where the header is not ours."""
        word, *rest = get_authorization_header(request).split() or [b""]
        if word.lower() != b"basic":
            return None
        if len(rest) != 1:
            raise AuthenticationFailed("Invalid basic header: it is the word Basic, a space, and name:password in base64.")
        return rest[0]

    def find(self, secret: bytes) -> tuple[str, str]:
        """Name and password."""
        try:
            name, colon, password = b64decode(secret, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise AuthenticationFailed("Invalid basic header: it is not base64 of UTF-8.") from error
        if not colon:
            raise AuthenticationFailed("Invalid basic header: there is no colon between name and password.")
        return name, password

    def check(self, request: Request, name: str, password: str) -> User:
        """The account with this name and this password. Raises AuthenticationFailed or TooManyGuesses."""
        try:
            return credentials.check(request._request, name, password)
        except credentials.WrongCredentials as error:
            raise AuthenticationFailed(error.detail) from error
