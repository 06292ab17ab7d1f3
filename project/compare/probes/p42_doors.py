"""Somebody who is signed in looks for doors that a library opened and nobody asked for.

A good site has none: what it does not need answers 404, or belongs to its administrators.
"""

import re

import requests

from project.compare.attack import Attack, Trial
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P42",
    title="Doors nobody asked for",
    steps="As staff without a single right, signed in at the admin's form: GET twelve pages that libraries mount; fill in "
    "the form that registers an application; register one, and a device, by program.",
    why="Whoever can register an application of his own sends people to it under the site's own name.",
    source="ASVS 10.4.4, 10.4.7, 13.4.5, API9:2023",
)
PAGES = (
    "/auth/applications/",
    "/auth/applications/register/",
    "/auth/applications/1/",
    "/auth/applications/1/update/",
    "/auth/applications/1/delete/",
    "/auth/authorized_tokens/",
    "/auth/authorize/",
    "/auth/device/",
    "/auth/.well-known/openid-configuration",
    "/auth/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
    "/auth/userinfo/",
)
APPLICATION = {
    "name": "of-a-stranger",
    "client_id": "of-a-stranger",
    "client_secret": "chosen-by-a-stranger",
    "client_type": "public",
    "authorization_grant_type": "password",
    "redirect_uris": "",
    "post_logout_redirect_uris": "",
    "allowed_origins": "",
    "algorithm": "",
}


def probe(site: Subject, trial: Trial) -> None:
    person = site.newcomer()
    site.grant_staff(person)
    with requests.Session() as browser:
        browser.hooks["response"].append(lambda answer, **options: site.seen.append(answer))
        site.admin_signs_in(browser, "/admin/", person.variables["username"], person.variables["password"])
        for page in PAGES:
            door(trial, f"GET {page}", browser.get(site.address + page, timeout=30, allow_redirects=False))
        register = f"{site.address}/auth/applications/register/"
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(register, timeout=30).text)
        filled = APPLICATION | {"csrfmiddlewaretoken": token[1] if token else ""}
        door(trial, "POST /auth/applications/register/", browser.post(register, data=filled, timeout=30, allow_redirects=False))
    program = site.visitor()
    registered = program.send("POST", "/auth/register/", json={"redirect_uris": [site.address]})
    door(trial, "POST /auth/register/", registered)
    device = program.send("POST", "/auth/device-authorization/", data={"client_id": program.variables["client_id"]})
    door(trial, "POST /auth/device-authorization/", device)


def door(trial: Trial, what: str, answer: requests.Response) -> None:
    """Shut if it is not there, or sends people away to sign in as somebody who may."""
    away = answer.is_redirect and "login" in answer.headers["Location"]
    trial.note(what, withstood=away or 400 <= answer.status_code < 500, seen=str(answer.status_code))
