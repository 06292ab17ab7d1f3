"""The site as other tests start it, where every provider that is not on this machine is the fake one, by its host's name.

So the real backends ask at their real addresses, and nothing leaves the machine.
"""

import os
from typing import Any
from urllib.parse import urlsplit

import requests

from project.compare import settings as site

globals().update({name: value for name, value in vars(site).items() if name.isupper()})

SOCIAL_AUTH_REQUESTS_TIMEOUT = 1

_request = requests.request


def _to_the_fake(method: str, url: str, **options: Any) -> requests.Response:
    parts = urlsplit(url)
    if parts.hostname != "127.0.0.1":
        url = f"{os.environ['FAKE_PROVIDER']}/{parts.hostname}{parts.path}"
    return _request(method, url, **options)


requests.request = _to_the_fake  # type: ignore[assignment]
