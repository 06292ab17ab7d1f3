"""What turns a library as it ships into the profile beside it: for each answer that differs, the settings or lines that do it.

A file in backquotes is in this project, and the names after it are in that file: tests look for them. The source is the
public issue, advisory or rule that the difference stands for. Not every difference is a fault: where hardening costs
something, the cure says what the price buys.
"""

from project.compare.results import Cure
from schemes import SCHEMES

REST, SIMPLEJWT, TOOLKIT = (
    "encode/django-rest-framework",
    "jazzband/djangorestframework-simplejwt",
    "django-oauth/django-oauth-toolkit",
)
NAMED = "cookies ignore ports: the twin has a name of its own so that both can be open in one browser"
ROWS_BOUGHT = "the row is what a logout deletes, a list shows and a ban ends"

SAID: list[tuple[str, str, str, str]] = [
    # Scheme; cure; source; the rows that it explains
    (
        "session",
        "`schemes/session/store.py` SessionStore digest: the database keeps SHA-256 of the session id.",
        "Django ticket 21076; ASVS 11.4.2",
        "server-dump P49",
    ),
    (
        "session",
        "`schemes/session/authentication.py` issue flush: a new id at every sign-in. Django keeps the id of a person who was signed in.",
        "ASVS 7.2.4; CWE-384",
        "P13",
    ),
    (
        "session",
        "`schemes/session/authentication.py` find, and `schemes/session/models.py` Credential user: a column names the user, so "
        "that one query loads session and user; a logout deletes the row without reading it first.",
        "Django's sessions keep the user's number inside signed data",
        "server-queries-authenticate server-queries-read server-queries-vote server-queries-logout",
    ),
    (
        "session",
        "`schemes/session/views.py` BeforeLoginView LoginView: a dialogue in JSON, with a view for the CSRF token; Django's form is "
        "made for people, and answers a wrong or broken sign-in with a page and 200.",
        "RFC 9110 section 15; ASVS 4.1.1",
        "P50 wire-login-up wire-login-down",
    ),
    ("session", f"Nothing: {NAMED}.", "RFC 6265 section 8.5", "wire-carrier wire-read-bytes wire-write-bytes"),
    (
        "session",
        "`schemes/session/authentication.py`, `schemes/session/models.py`: a room of our own instead of Django's views and table.",
        "ASVS 7.5.2, 11.4.2",
        "code-room code-tables",
    ),
    (
        "token",
        "`schemes/token/models.py` Credential expires, and `schemes/token/settings.py` TOKEN_EXPIRE_TIME.",
        f"{REST} issue 1998; ASVS 7.3.2",
        "P05 time-lifetime time-sliding time-absolute time-expiry time-restart time-keys wire-expired server-rows-cleaned",
    ),
    (
        "token",
        "`schemes/token/views.py` LogoutView, `schemes/token/authentication.py` revoke: the row is deleted.",
        "ASVS 7.4.1; WSTG-SESS-06",
        "P18 P19 time-logout server-queries-logout",
    ),
    (
        "token",
        "`schemes/token/models.py` Credential user digest: a row a sign-in, where the library has one key a user for all devices.",
        "ASVS 7.2.1, 7.2.4",
        "time-second server-queries-login server-rows-5 server-rows-100 wire-login-down",
    ),
    (
        "token",
        "`schemes/token/authentication.py` issue digest: 256 bits, of which the database keeps SHA-256.",
        f"{REST} issues 4227 and 5041; ASVS 11.4.2",
        "server-dump P49 wire-credential wire-read-bytes wire-write-bytes",
    ),
    (
        "token",
        "`project/accounts/models.py` save revoke_all: a changed password ends every credential.",
        "ASVS 7.4.3",
        "P20 time-password",
    ),
    (
        "token",
        "`schemes/token/authentication.py`, `schemes/token/models.py`: a room of our own, and its lifetime as a setting.",
        f"{REST} issue 1998",
        "code-settings code-room code-tables",
    ),
    (
        "jwt",
        "`schemes/jwt/views.py` LogoutView, `schemes/jwt/authentication.py` find revoke: a token names its family (`sid`), and the "
        "query that loads the user asks whether the family lives. The library's own blacklist, off as shipped, ends refresh tokens; access "
        "tokens live on.",
        f"{SIMPLEJWT} issues 28 and 218; ASVS 7.4.1",
        "P18 P19 time-logout server-queries-logout",
    ),
    (
        "jwt",
        "`project/accounts/models.py` save revoke_all: the family ends with the password. The library's own CHECK_REVOKE_TOKEN, off "
        "as shipped, refuses the tokens of an old password too, by an MD5 of the password's hash inside each.",
        f"{SIMPLEJWT} issues 59 and 141; ASVS 7.4.3",
        "P20 time-password",
    ),
    (
        "jwt",
        "`schemes/jwt/keys.py` published, `schemes/jwt/views.py` KeysView: the public half of the key that signs. The library can sign "
        "with one, and publishes nothing.",
        "RFC 7517 section 5",
        "time-offline",
    ),
    (
        "jwt",
        "`schemes/jwt/views.py` VerifyView, `schemes/jwt/authentication.py` check: whoever asks about a token gets the answer that "
        "the API would give.",
        f"{SIMPLEJWT} issue 825; CVE-2024-22513; ASVS 7.4.2",
        "P21",
    ),
    (
        "jwt",
        "`schemes/jwt/authentication.py` find: no family, no token: 401. The library asks for a user who is gone, and breaks.",
        f"{SIMPLEJWT} issues 193 and 860; ASVS 7.4.2",
        "P22",
    ),
    (
        "jwt",
        "`schemes/jwt/authentication.py` renew: one UPDATE lets one refresh win; whoever comes second ends the family. The library "
        "has ROTATE_REFRESH_TOKENS and a blacklist, off as shipped, and no families.",
        "RFC 9700 section 4.14.2; ASVS 10.4.5",
        "P24 time-refresh time-replay server-queries-refresh",
    ),
    (
        "jwt",
        "`schemes/jwt/authentication.py` renew update: check and act are one statement.",
        "CWE-362; ASVS 15.4.2",
        "P25",
    ),
    ("jwt", "`schemes/jwt/settings.py` AUDIENCE ISSUER.", "RFC 8725 sections 3.8 and 3.9; ASVS 9.2.3", "P31"),
    (
        "jwt",
        "`schemes/jwt/settings.py` SIGNING_KEY JWT_SIGNING_KEY other_than: a key of its own, as long as the hash.",
        "RFC 8725 section 3.5; ASVS 11.2.3",
        "P33",
    ),
    (
        "jwt",
        "`project/accounts/credentials.py` SignIn trim_whitespace: a password counts as it was typed.",
        f"{SIMPLEJWT} issue 341; ASVS 6.2.8",
        "P16",
    ),
    (
        "jwt",
        "`schemes/jwt/authentication.py` read lower: the scheme's name is compared without regard to case.",
        f"{SIMPLEJWT} issue 908; RFC 9110 section 11.1",
        "P02",
    ),
    (
        "jwt",
        "`schemes/jwt/authentication.py` authenticate_header: the challenge says that a token was sent and refused.",
        "RFC 6750 section 3.1",
        "wire-wrong wire-expired",
    ),
    (
        "jwt",
        "`schemes/jwt/authentication.py` _pair sid, `schemes/jwt/settings.py` AUDIENCE ISSUER: who made it, for whom, of which family.",
        "RFC 8725 sections 3.8 and 3.9",
        "wire-credential wire-read-bytes wire-write-bytes wire-login-down",
    ),
    (
        "jwt",
        f"`schemes/jwt/models.py` Credential: {ROWS_BOUGHT}; two queries are the limit on guesses.",
        f"{SIMPLEJWT} issue 28; ASVS 7.4.1",
        "server-queries-login server-rows-1 server-rows-5 server-rows-100",
    ),
    (
        "jwt",
        "`schemes/jwt/authentication.py`, `schemes/jwt/models.py`, `schemes/jwt/keys.py`: a room of our own with its families and keys.",
        f"{SIMPLEJWT} issue 28",
        "code-settings code-room code-packages code-tables",
    ),
    (
        "oauth2",
        "`schemes/oauth2/authentication.py` check is_active, `schemes/oauth2/validator.py` validate_refresh_token is_active, "
        "`project/accounts/models.py` save revoke_all.",
        f"{TOOLKIT} issue 717; ASVS 7.4.2",
        "P21 time-deactivated",
    ),
    (
        "oauth2",
        "`project/accounts/models.py` save revoke_all: every family ends with the password.",
        "ASVS 7.4.3",
        "P20 time-password",
    ),
    (
        "oauth2",
        "`schemes/oauth2/models.py` Credential expires, `schemes/oauth2/settings.py` OAUTH2_ACCESS_LIFETIME OAUTH2_REFRESH_LIFETIME: "
        "minutes for the access token, and an end that renewing does not move (the library's own setting moves it).",
        f"{TOOLKIT} issue 746; ASVS 10.4.8",
        "P26 time-lifetime time-absolute time-expiry time-restart time-keys",
    ),
    (
        "oauth2",
        "`project/settings/base.py` REFRESH_TOKEN_REUSE_PROTECTION, `schemes/oauth2/validator.py` validate_refresh_token _replayed.",
        f"{TOOLKIT} issues 1007 and 1404; RFC 9700 section 4.14.2; ASVS 10.4.5",
        "P24 time-replay",
    ),
    (
        "oauth2",
        "`schemes/oauth2/validator.py` _save_bearer_token select_for_update: the family is locked while its tokens are made; the "
        "others are replays.",
        "CWE-362; ASVS 15.4.2",
        "P25 server-queries-refresh",
    ),
    (
        "oauth2",
        "`project/settings/base.py` COMPLIANT_BCP_RFC9700_TOKEN_STORAGE: checksums alone are kept.",
        f"{TOOLKIT} issues 729 and 1716; ASVS 11.4.2",
        "server-dump P49",
    ),
    (
        "oauth2",
        "`project/settings/base.py` CLIENT_SECRET_HASHER, `project/accounts/hashers.py` ClientSecretHasher: 128 random characters "
        "need no slow hash, and then an unknown application takes as long as a known one.",
        "CWE-208; ASVS 15.2.2",
        "P07",
    ),
    (
        "oauth2",
        "`schemes/oauth2/authentication.py` read: the header alone. "
        "`project/settings/base.py` COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT: it closes the URL, not the form field.",
        "RFC 9700 section 4.3.2; RFC 6750 section 2.2; ASVS 14.2.1",
        "P04",
    ),
    (
        "oauth2",
        "`schemes/oauth2/server.py` Server _code_challenge_methods: S256 alone, refused before anybody is asked to consent. "
        "`project/settings/base.py` COMPLIANT_BCP_RFC9700_PKCE_METHOD: the library's own switch for it.",
        "RFC 9700 section 2.1.1; RFC 7636 section 4.2; ASVS 10.4.6",
        "P37",
    ),
    (
        "oauth2",
        "`schemes/oauth2/validator.py` validate_code _code_replayed, `schemes/oauth2/models.py` Credential code: a family knows the "
        "code that began it, so a code that comes again ends it; codes are kept as digests.",
        "RFC 6749 section 4.1.2; ASVS 10.4.2",
        "P38",
    ),
    (
        "oauth2",
        "`schemes/oauth2/authentication.py` check InsufficientScope: a request that changes something needs the scope write, "
        "whatever the view says. The library leaves it to each view (TokenHasReadWriteScope).",
        "RFC 6750 section 3.1; ASVS 10.4.11",
        "P39",
    ),
    (
        "oauth2",
        "`schemes/oauth2/views.py` VerifyView readable: POST with a form, nothing in the URL.",
        "RFC 7662 section 2.1; ASVS 14.2.1",
        "P40",
    ),
    (
        "oauth2",
        "`schemes/oauth2/urls.py` urlpatterns: each route by name, where the tutorial includes all of the library's.",
        f"{TOOLKIT} issues 196 and 1371; ASVS 13.4.5",
        "P42",
    ),
    (
        "oauth2",
        "`schemes/oauth2/models.py` Families Credential: the tokens of a family go with it; the "
        "library keeps those of refresh tokens that have no end.",
        f"{TOOLKIT} issue 746 and pull request 1688",
        "server-rows-cleaned",
    ),
    (
        "oauth2",
        f"`schemes/oauth2/models.py` Credential: {ROWS_BOUGHT}.",
        f"{TOOLKIT} issue 717; ASVS 7.5.2",
        "server-queries-login server-queries-logout server-rows-1 server-rows-5 server-rows-100",
    ),
    (
        "oauth2",
        "`schemes/oauth2/authentication.py` authenticate_header: one form of the challenge, in every profile the same; "
        "`schemes/oauth2/settings.py` OAUTH2_ACCESS_LIFETIME: a shorter life is written with fewer digits.",
        "RFC 6750 section 3.1",
        "wire-wrong wire-expired wire-login-down",
    ),
    (
        "oauth2",
        "`schemes/oauth2/validator.py`, `schemes/oauth2/authentication.py`: a room of our own around the library's seams.",
        f"{TOOLKIT} issue 717",
        "code-settings code-room code-packages code-tables",
    ),
]
"""What is peculiar to a scheme."""

ALIKE: list[tuple[str, str, str]] = [
    # Cure; source; rows
    (
        "`project/accounts/credentials.py` Backend Gate: one limit on guesses in front of every way in, the admin among them; where "
        "nothing is locked, nothing can be locked out either.",
        "ASVS 6.1.1, 6.3.1; CWE-307",
        "P08 P10",
    ),
    (
        "`schemes/views.py` CredentialsView CredentialView: each sign-in is a row that its owner can see and end.",
        "ASVS 7.5.2",
        "time-other",
    ),
    ("`schemes/views.py` LogoutAllView, `schemes/__init__.py` revoke_all.", "ASVS 7.4.3, 7.4.5", "time-all P23"),
    (
        "`project/social/backends.py` check_audience, `project/social/exchange.py` person: a provider's token is taken once the "
        "provider has said that it was issued to this site; a person is the issuer's number, never an address.",
        "OpenID Connect Core 1.0 sections 5.7 and 16.11; CWE-441; CVE-2025-61783",
        "P43",
    ),
    (
        "`project/middleware.py` ApiRules, `project/settings/base.py` API_CACHE_CONTROL: no-store on every answer of the API.",
        "RFC 6749 section 5.1; ASVS 14.3.2",
        "P45",
    ),
]
"""What every scheme lacks as it ships."""


CURES = [Cure(row, scheme, cure, source) for scheme, cure, source, rows in SAID for row in rows.split()] + [
    Cure(row, scheme, cure, source) for cure, source, rows in ALIKE for scheme in SCHEMES for row in rows.split()
]
