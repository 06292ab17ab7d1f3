"""The dialogue of the scheme, as data."""

from django.conf import settings

from schemes.contract import Scheme, Step

SESSION = f"{settings.HOST_PREFIX}sessionid"
CSRF = f"{settings.HOST_PREFIX}csrftoken"

SCHEME = Scheme(
    name="session",
    title="Session",
    authorization=f"Cookie: {SESSION}=…, and X-CSRFToken: {{csrftoken}} on a request that changes something",
    read={"Cookie": f"{SESSION}={{sessionid}}"},
    write={"Cookie": f"{SESSION}={{sessionid}}; {CSRF}={{csrftoken}}", "X-CSRFToken": "{csrftoken}"},
    refused=403,
    lifetimes={"session": "SESSION_COOKIE_AGE"},
    security={"type": "apiKey", "in": "cookie", "name": SESSION},
    before=Step(
        method="GET",
        path="/auth/csrf/",
        why="A browser sends cookies whoever asked it to; this second secret proves that our own page asked.",
        keep={"csrftoken": "csrftoken"},
    ),
    login=Step(
        method="POST",
        path="/auth/login/",
        why="Name and password are exchanged for a session, once.",
        headers={"Cookie": f"{CSRF}={{csrftoken}}", "X-CSRFToken": "{csrftoken}"},
        body={"username": "{username}", "password": "{password}"},
        keep={"sessionid": f"cookie {SESSION}", "csrftoken": f"cookie {CSRF}"},
    ),
    refresh=None,
    verify=Step(
        method="GET",
        path="/accounts/me/",
        why="The server knows whether the session lives; asking for your own account is the test.",
        headers={"Cookie": f"{SESSION}={{sessionid}}"},
    ),
    logout=Step(
        method="POST",
        path="/auth/logout/",
        why="The row is deleted: a copy of the cookie opens nothing from now on.",
        headers={"Cookie": f"{SESSION}={{sessionid}}; {CSRF}={{csrftoken}}", "X-CSRFToken": "{csrftoken}"},
        status=204,
    ),
)
