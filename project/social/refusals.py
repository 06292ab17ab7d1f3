"""Why somebody could not be signed in with a provider's account; and the one place where a provider's trouble gets a name."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from jwt import PyJWTError
from requests import RequestException
from rest_framework.exceptions import APIException, NotFound
from social_core.exceptions import (
    AuthAssociationError,
    AuthCanceled,
    AuthCredentialError,
    AuthInputError,
    AuthPolicyError,
    AuthProviderError,
    AuthSessionError,
    SocialAuthBaseException,
)

from project.accounts.credentials import WrongCredentials

DOWN = {"connection_failed", "timeout", "tls_error", "rate_limited", "unavailable"}
"""In social-core's words: nobody is to blame but the provider, or the way there."""
RUBBISH = (RequestException, PyJWTError, AttributeError, KeyError, IndexError, TypeError, ValueError)
"""What social-core stumbles over where an answer is not what it should be."""

_log = logging.getLogger("django.request")


class UnknownProvider(NotFound):
    default_detail = "This site knows no such provider."


class TokenRefused(WrongCredentials):
    """What came from the provider proves nothing here."""

    default_code = "token_refused"
    default_detail = "The provider's token is not accepted here."


class ForeignPerson(TokenRefused):
    """One answer of the provider speaks of somebody, and the next of somebody else."""

    default_detail = "The provider's answers are about different people."


class EmailTaken(WrongCredentials):
    """An address is no identity: whoever holds it at a provider may be somebody else (CVE-2025-61783)."""

    default_code = "email_taken"
    default_detail = (
        "There is an account with this email address already. Sign in to it as before, and link the provider on its account "
        "page."
    )


class AlreadyLinked(WrongCredentials):
    default_code = "already_linked"
    default_detail = "This account of the provider opens another account here. Unlink it there first."


class Inactive(TokenRefused):
    default_code = "inactive"
    default_detail = "The account here is not active."


class NotFinished(TokenRefused):
    """The way to a provider and back was left, or did not begin here."""

    default_code = "not_finished"
    default_detail = "This sign-in did not begin in this browser, or it took too long. Begin anew."


class ProviderDown(APIException):
    status_code = 503
    default_code = "provider_down"
    default_detail = "The provider does not answer right now. Nothing was changed; try again in a moment."
    wait = 10
    """Seconds: REST framework makes `Retry-After` of it."""


class ProviderTrouble(APIException):
    status_code = 502
    default_code = "provider_trouble"
    default_detail = "The provider gave an answer that makes no sense. Nothing was changed."


@contextmanager
def trouble() -> Iterator[None]:
    """Whatever goes wrong between us and a provider, as one of the errors above. Its own words are neither shown nor logged:
    they may hold a token."""
    try:
        yield
    except AuthCanceled as error:
        raise NotFinished("You did not let the provider tell who you are. Nothing was changed.") from error
    except (AuthSessionError, AuthInputError) as error:
        raise NotFinished from error
    except AuthAssociationError as error:
        raise AlreadyLinked from error
    except (AuthCredentialError, AuthPolicyError) as error:
        raise TokenRefused("The provider does not vouch for it, or no longer.") from error
    except SocialAuthBaseException as error:
        if error.code in DOWN:
            _log.warning("A provider is down: %s at %s", error.code, error.stage)
            raise ProviderDown from error
        if isinstance(error, AuthProviderError) and error.status_code in (401, 403):
            raise TokenRefused("The provider does not vouch for it, or no longer.") from error
        _log.error("A provider's answer makes no sense: %s at %s", error.code, error.stage)
        raise ProviderTrouble from error
    except RUBBISH as error:
        _log.error("A provider's answer makes no sense: %s", type(error).__name__)
        raise ProviderTrouble from error
