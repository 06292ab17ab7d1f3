"""Somebody at a browser whom an application sends to the site, to be allowed something (RFC 6749, section 4.1)."""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

from project.compare.client import TIMEOUT, Client
from project.compare.control import csrf_token
from project.compare.laboratory import Subject

CALLBACK = "http://127.0.0.1/callback"
"""Where the answer goes; nobody listens there, the browser stops before."""
WEB = {"client_id": "demo-web", "redirect_uri": CALLBACK}
"""The application of the demo data that has people consent. It is public: it has no secret."""
FIELD = re.compile(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?')


def pkce() -> tuple[str, str]:
    """A verifier and its challenge by S256 (RFC 7636, section 4)."""
    verifier = secrets.token_urlsafe(48)
    return verifier, base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class Consent:
    """`with Consent(site, person) as consent:` the person consents to whatever the application asks, and it spends codes."""

    def __init__(self, site: Subject, person: Client, application: Mapping[str, str] = WEB) -> None:
        self.site = site
        self.person = person
        self.application = application
        self.flow = site.scheme.security["flows"]["authorizationCode"]

    def __enter__(self) -> "Consent":
        self.browser = requests.Session()
        self.browser.hooks["response"].append(lambda answer, **options: self.site.seen.append(answer))
        return self

    def __exit__(self, *error: object) -> None:
        self.browser.close()

    def ask(self, challenge: str, **changed: str | None) -> requests.Response:
        """What becomes of the question that the application asks by way of the browser: an answer to it, or a page.

        Of what is usual in a question `changed` replaces some; None leaves a field out.
        """
        usual = {"response_type": "code", "scope": "read write", "state": "a-state", **self.application}
        usual |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        question = {name: value for name, value in (usual | changed).items() if value is not None}
        address = f"{self.site.address}{self.flow['authorizationUrl']}?{urlencode(question)}"
        page = self._open(address)
        if page.is_redirect and "/accounts/login/" in page.headers["Location"]:
            page = self._sign_in(page.headers["Location"])
        if page.status_code != 200:
            return page
        hidden = {name: unescape(value) for name, value in FIELD.findall(page.text)}
        return self.browser.post(address, data={**hidden, "allow": "yes"}, timeout=TIMEOUT, allow_redirects=False)

    def code(self, **changed: str | None) -> tuple[str, str]:
        """A code and its verifier. The code is empty where the question was not answered with one."""
        verifier, challenge = pkce()
        answer = self.ask(**{"challenge": challenge} | changed)  # type: ignore[arg-type]
        return dict(parse_qsl(urlsplit(answer.headers.get("Location", "")).query)).get("code", ""), verifier

    def spend(self, code: str, verifier: str | None, **changed: str) -> requests.Response:
        """The application changes a code for tokens."""
        usual = {"grant_type": "authorization_code", "code": code, **self.application}
        proof = {} if verifier is None else {"code_verifier": verifier}
        return self.site.visitor().send("POST", self.flow["tokenUrl"], data=usual | proof | changed)

    def _open(self, address: str) -> requests.Response:
        return self.browser.get(address, timeout=TIMEOUT, allow_redirects=False)

    def _sign_in(self, login: str) -> requests.Response:
        """What the browser sees once its person has signed in. Raises RuntimeError where that does not succeed."""
        form = self._open(f"{self.site.address}{login}")
        typed = {name: self.person.variables[name] for name in ("username", "password")}
        filled = typed | {"csrfmiddlewaretoken": csrf_token(form.text)}
        done = self.browser.post(form.url, data=filled, timeout=TIMEOUT, allow_redirects=False)
        if not done.is_redirect:
            raise RuntimeError(f"The person could not sign in on the way to consent: {done.status_code}.")
        return self._open(f"{self.site.address}{done.headers['Location']}")
