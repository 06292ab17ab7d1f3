"""Tokens of the jwt profile that another service checks by itself: signed with a key pair, the public half published."""

import json
import shutil
import subprocess

import jwt
import pytest
import requests
from jwcrypto.jwk import JWK

from project.compare.client import Client
from project.compare.servers import ROOT, Site
from project.settings.env import KEY_PAIRS
from schemes.story import READ, card

KEYS = "/.well-known/jwks.json"
ISSUER, AUDIENCE = "http://127.0.0.1:8000", "polls"
VERIFY = ROOT / "tests" / "postman" / "verify.mjs"


def pem(algorithm: str) -> str:
    kind, parameters = KEY_PAIRS[algorithm]
    return JWK.generate(kty=kind, **parameters).export_to_pem(private_key=True, password=None).decode()


@pytest.fixture(params=KEY_PAIRS)
def algorithm(request) -> str:
    return request.param


@pytest.fixture
def site(sites, algorithm) -> Site:
    return sites("jwt", JWT_ALGORITHM=algorithm, PUBLIC_URL=ISSUER)


def signed_in(site: Site) -> Client:
    client = Client(site.address, card("jwt"))
    assert client.login().status_code == 200
    return client


def checked_elsewhere(site: Site, algorithm: str, token: str) -> dict:
    """What a service does that knows nothing but the address of the keys."""
    key = jwt.PyJWKClient(site.address + KEYS).get_signing_key_from_jwt(token)
    return jwt.decode(token, key, algorithms=[algorithm], audience=AUDIENCE, issuer=ISSUER)


def test_the_site_takes_and_renews_what_it_signs(site):
    client = signed_in(site)
    assert client.ask("GET", READ).status_code == 200
    assert client.do(client.scheme.refresh).status_code == 200
    assert client.ask("GET", READ).status_code == 200
    changed = client.copy()
    changed.variables["access"] = changed.variables["access"][:-8] + "AAAAAAAA"
    assert changed.ask("GET", READ).status_code == 401


def test_another_service_checks_a_token_by_the_published_keys_alone(site, algorithm):
    client = signed_in(site)
    claims = checked_elsewhere(site, algorithm, client.variables["access"])
    assert claims["user_id"] == str(client.send("GET", "/accounts/me/", client.filled(client.scheme.read)).json()["id"])
    with pytest.raises(jwt.InvalidAudienceError):
        checked_elsewhere(site, algorithm, client.variables["refresh"])


def test_who_checks_by_the_keys_hears_of_no_logout(site, algorithm):
    client = signed_in(site)
    assert client.do(client.scheme.logout).status_code == 204
    assert client.ask("GET", READ).status_code == 401
    assert checked_elsewhere(site, algorithm, client.variables["access"])["aud"] == AUDIENCE


def test_the_published_keys_are_the_public_halves(site, algorithm):
    answer = requests.get(site.address + KEYS, timeout=10)
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    (key,) = answer.json()["keys"]
    assert (key["use"], key["alg"]) == ("sig", algorithm)
    assert not set(key) & {"d", "p", "q", "dp", "dq", "qi", "k"}
    assert key["kid"] == JWK(**key).thumbprint()


def test_a_public_key_is_no_shared_secret(site, algorithm):
    """RFC 8725, section 2.1: what everybody has must not sign with HS256."""
    client = signed_in(site)
    public = requests.get(site.address + KEYS, timeout=10).json()["keys"][0]
    claims = jwt.decode(client.variables["access"], options={"verify_signature": False})
    for secret in (JWK(**public).export_to_pem(), json.dumps(public).encode()):
        header = {"kid": public["kid"]}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(jwt.algorithms.HMACAlgorithm, "prepare_key", lambda self, key: key)
            forged = jwt.encode(claims, secret, "HS256", headers=header)
        client.variables["access"] = forged
        assert client.ask("GET", READ).status_code == 401


def test_keys_rotate_without_a_sign_in(sites):
    old, new = pem("ES256"), pem("ES256")
    database = sites.database.copy()
    common = {"JWT_ALGORITHM": "ES256", "DATABASE_URL": database, "PUBLIC_URL": ISSUER}
    before = signed_in(sites("jwt", JWT_SIGNING_KEY=old, **common))
    both = sites("jwt", JWT_SIGNING_KEY=new + old.replace("\n", "\\n"), **common)
    assert len(requests.get(both.address + KEYS, timeout=10).json()["keys"]) == 2
    moved = before.copy()
    moved.address = both.address
    assert moved.ask("GET", READ).status_code == 200
    assert moved.do(moved.scheme.refresh).status_code == 200
    kids = [jwt.get_unverified_header(one.variables["access"])["kid"] for one in (before, moved)]
    assert kids == [JWK.from_pem(key.encode()).thumbprint() for key in (old, new)]
    after = sites("jwt", JWT_SIGNING_KEY=new, **common)
    moved.address = before.address = after.address
    assert moved.ask("GET", READ).status_code == 200
    assert before.ask("GET", READ).status_code == 401


@pytest.mark.parametrize("profile", ["session", "token", "jwt", "oauth2"])
def test_where_nothing_is_signed_with_a_pair_no_keys_are_there(sites, profile):
    assert requests.get(sites(profile).address + KEYS, timeout=10).status_code == 404


@pytest.mark.postman
def test_a_service_in_node_checks_a_token_with_jose(site, algorithm):
    node = shutil.which("node")
    if node is None or not (VERIFY.parent / "node_modules" / "jose").exists():
        pytest.skip("jose is not installed (`make test-postman` does, where Node is), so no service in Node checked a token.")
    client = signed_in(site)
    command = [node, str(VERIFY), site.address + KEYS, ISSUER, AUDIENCE, algorithm]
    for kind, status in (("access", 0), ("refresh", 1)):
        done = subprocess.run(command, input=client.variables[kind], capture_output=True, text=True, check=False, timeout=30)
        assert done.returncode == status, done.stdout + done.stderr
    assert 'unexpected "aud" claim value' in done.stderr
