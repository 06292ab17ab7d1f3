"""What is done to a site of the laboratory from outside: its clock is moved, and its administrator fills in forms.

Both are HTTP: the clock by the lab's key (`project.compare.lab`), the forms those of Django's admin.
"""

import re
from collections.abc import Mapping

import requests

from project.compare.lab import CLOCK, KEY

TIMEOUT = 30


def set_clock(address: str, key: str, ahead: float) -> None:
    """The site's time is real time and `ahead` seconds from now on. Raises RuntimeError where it has no clock to be moved."""
    answer = requests.get(f"{address}/healthz", headers={KEY: key, CLOCK: str(ahead)}, timeout=TIMEOUT)
    if answer.status_code != 204:
        raise RuntimeError(f"The clock of {address} can't be moved: {answer.status_code}.")


def administrate(address: str, account: int, page: str, form: Mapping[str, str]) -> requests.Response:
    """The admin fills in one form about an account. Raises RuntimeError unless it was taken."""
    with requests.Session() as browser:
        opened = admin_signs_in(address, browser, f"/admin/accounts/user/{account}/{page}")
        filled = {**form, "csrfmiddlewaretoken": csrf_token(opened.text)}
        done = browser.post(opened.url, data=filled, timeout=TIMEOUT, allow_redirects=False)
        if done.status_code != 302:
            raise RuntimeError(f"The admin did not take the form at {page}: {done.status_code}.")
        return done


def admin_signs_in(
    address: str, browser: requests.Session, page: str, username: str = "admin", password: str = "admin-demo-pass"
) -> requests.Response:
    """An administrator, or other staff, signs in to Django's admin in this browser, and opens a page of it."""
    url = f"{address}/admin/login/?next={page}"
    form = browser.get(url, timeout=TIMEOUT).text
    signed = {"username": username, "password": password, "csrfmiddlewaretoken": csrf_token(form)}
    opened = browser.post(url, data=signed, timeout=TIMEOUT)
    opened.raise_for_status()
    return opened


def account_form(username: str) -> dict[str, str]:
    """The form of an account as it was registered, with no box ticked: sent as it is, it deactivates."""
    return {"username": username, "email": f"{username}@example.com", "time_zone": "UTC"}


def csrf_token(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if not found:
        raise RuntimeError("There is no form where the admin's should be.")
    return found[1]
