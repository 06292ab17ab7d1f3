"""A provider's access token, sent by a program -> the person whom it vouches for."""

import re

from django.conf import settings
from django.http import HttpRequest
from drf_spectacular.utils import OpenApiResponse
from social_django.utils import load_backend, load_strategy

from project.accounts.credentials import WrongCredentials
from project.accounts.events import log
from project.accounts.models import User
from project.social.refusals import ProviderTrouble, TokenRefused, UnknownProvider, trouble

READABLE = re.compile(r"[\x21-\x7e]{1,16384}\Z")
"""What a token may consist of (RFC 6749, appendix A.12, without the space, which no header carries)."""


PROVIDER = {
    400: OpenApiResponse(description="Not this provider's, issued to another application, or the person's address is taken."),
    404: OpenApiResponse(description="No such provider here."),
    502: OpenApiResponse(description="The provider's answer makes no sense."),
    503: OpenApiResponse(description="The provider, the database or the cache is down; try again."),
}
"""What an operation that asks a provider may answer, for the OpenAPI document."""


def person(request: HttpRequest, backend: str, access_token: str, id_token: str = "") -> User:
    """Ask the provider whom the token was issued to, then whom it is about; the account of that person, a new one if need be.

    Raises UnknownProvider, TokenRefused, EmailTaken, ProviderDown or ProviderTrouble: and then nothing was made or changed.
    """
    if backend not in settings.SOCIAL_PROVIDERS:
        raise UnknownProvider
    try:
        if not READABLE.match(access_token) or (id_token and not READABLE.match(id_token)):
            raise TokenRefused("This is no token.")
        provider = load_backend(load_strategy(request), backend, redirect_uri=None)
        with trouble():
            subject = provider.check_audience(access_token, id_token)
            user = provider.do_auth(access_token, subject=subject)
    except WrongCredentials as error:
        log("refused", request, provider=backend, reason=str(error.detail))
        raise
    if not isinstance(user, User):
        raise ProviderTrouble
    user.backend = settings.AUTHENTICATION_BACKENDS[0]  # what Django's `login` remembers: ours, whichever proved it
    return user
