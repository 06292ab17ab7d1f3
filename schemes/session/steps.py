"""The dialogue of the scheme, as data."""

from django.conf import settings

from schemes.contract import Scheme, Step


def dialogue(prefix: str) -> Scheme:
    """Cookies have names, and names a prefix: `__Host-` where HTTPS is on, the profile where it is another."""
    session, csrf = f"{prefix}sessionid", f"{prefix}csrftoken"
    return Scheme(
        name="session",
        title="Session",
        authorization=f"Cookie: {session}=…, and X-CSRFToken: {{csrftoken}} on a request that changes something",
        read={"Cookie": f"{session}={{sessionid}}"},
        write={"Cookie": f"{session}={{sessionid}}; {csrf}={{csrftoken}}", "X-CSRFToken": "{csrftoken}"},
        refused=403,
        lifetimes={"session": "SESSION_COOKIE_AGE"},
        security={"type": "apiKey", "in": "cookie", "name": session},
        before=Step(
            method="GET",
            path="/auth/csrf/",
            why="A browser sends cookies whoever asked it to; this second secret shows that our own page asked.",
            keep={"csrftoken": "csrftoken"},
        ),
        login=Step(
            method="POST",
            path="/auth/login/",
            why="Name and password are exchanged for a session, once.",
            headers={"Cookie": f"{csrf}={{csrftoken}}", "X-CSRFToken": "{csrftoken}"},
            body={"username": "{username}", "password": "{password}"},
            keep={"sessionid": f"cookie {session}", "csrftoken": f"cookie {csrf}"},
            without={"csrftoken": 403, "password": 400},
        ),
        refresh=None,
        verify=Step(
            method="GET",
            path="/accounts/me/",
            why="The server knows whether the session lives; asking for your own account is the test.",
            headers={"Cookie": f"{session}={{sessionid}}"},
        ),
        logout=Step(
            method="POST",
            path="/auth/logout/",
            why="The row is deleted: a copy of the cookie opens nothing from now on.",
            headers={"Cookie": f"{session}={{sessionid}}; {csrf}={{csrftoken}}", "X-CSRFToken": "{csrftoken}"},
            status=204,
            without={"sessionid": 403, "csrftoken": 403},
        ),
        social=Step(
            method="POST",
            path="/auth/social/{backend}/",
            why="Another site says who you are; its token must have been issued to this one.",
            headers={"Cookie": f"{csrf}={{csrftoken}}", "X-CSRFToken": "{csrftoken}"},
            body={"access_token": "{provider_token}"},
            keep={"sessionid": f"cookie {session}", "csrftoken": f"cookie {csrf}"},
        ),
        cleanup="prune",
    )


SCHEME = dialogue(settings.HOST_PREFIX)
