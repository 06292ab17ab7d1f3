"""The merge of base and profile, and a program that stops where a value can't be used."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from jwcrypto.jwk import JWK

from project.compare.servers import ROOT, SETTINGS, manage
from project.settings import compose, env
from project.settings.difference import differences
from schemes import PROFILES, SCHEMES, STOCK

DEPLOYED = {
    "SECRET_KEY": "s" * 25 + "0123456789" * 3,
    "JWT_SIGNING_KEY": "j" * 40,
    "ALLOWED_HOSTS": "polls.example.org",
}
CONTRACT = [
    "AUTH_PROFILE",
    "DATABASE_URL",
    "CACHE_URL",
    "SECRET_KEY",
    "DEBUG",
    "LAB",
    "HTTPS",
    "PUBLIC_URL",
    "PROXIES",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "TOKEN_EXPIRE_TIME",
    "JWT_ACCESS_LIFETIME",
    "JWT_REFRESH_LIFETIME",
    "JWT_SIGNING_KEY",
    "JWT_ALGORITHM",
    "DATABASE_CONNECTIONS",
    "LOGIN_COOLOFF",
    "LOGIN_GUESSES_ADDRESS",
    "OAUTH2_ACCESS_LIFETIME",
    "OAUTH2_REFRESH_LIFETIME",
    "SESSION_COOKIE_AGE",
]


def check(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """`manage.py check` in an environment that says only this."""
    rest = {name: value for name, value in os.environ.items() if name not in CONTRACT}
    command = [sys.executable, "manage.py", "check", *arguments]
    return subprocess.run(command, cwd=ROOT, env=rest | SETTINGS | environment, capture_output=True, text=True, check=False)


def test_bytecode_of_the_lab_is_kept_out_of_the_rooms():
    """Their diff is the lesson: files that Python makes would stand in it."""
    usual = {name: value for name, value in os.environ.items() if name not in ("PYTHONPYCACHEPREFIX", "DEBUG")}
    code = "import sys, manage; manage.main(); print(sys.pycache_prefix)"

    def prefix(environment: dict[str, str], *arguments: str) -> str:
        command = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=usual | environment, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()[-1]

    assert prefix({"DEBUG": "1"}, "diffsettings") == str(ROOT / ".local" / "pycache")
    assert prefix(DEPLOYED | {"DEBUG": "0"}, "diffsettings") == "None"


def test_lists_grow_dictionaries_merge_one_level_and_all_else_is_replaced():
    base = {"APPS": ["a"], "REST": {"x": [1], "y": 2}, "NAME": "base", "KEPT": 1}
    profile = {"APPS": ["b"], "REST": {"x": [3]}, "NAME": "profile", "NEW": True}
    assert compose(base, profile) == {
        "APPS": ["a", "b"], "REST": {"x": [3], "y": 2}, "NAME": "profile", "KEPT": 1, "NEW": True
    }  # fmt: skip


def test_the_merge_changes_neither_side():
    base, profile = {"APPS": ["a"], "REST": {"x": 1}}, {"APPS": ["b"], "REST": {"y": 2}}
    compose(base, profile)
    assert (base, profile) == ({"APPS": ["a"], "REST": {"x": 1}}, {"APPS": ["b"], "REST": {"y": 2}})


def test_only_settings_are_merged():
    assert compose({"env": 1, "_private": 2, "NAME": 3}, {"base": 4}) == {"NAME": 3}


@pytest.mark.parametrize("name", sorted(set(PROFILES) - set(SCHEMES)))
def test_what_exists_to_be_compared_starts_in_the_lab_alone(name):
    done = check(DEPLOYED | {"AUTH_PROFILE": name})
    assert done.returncode == 1
    assert done.stderr.strip().endswith(
        f"AUTH_PROFILE={name!r} can't be used outside the lab (DEBUG or LAB): it exists to be compared. "
        f"Accepted: {', '.join(SCHEMES)}."
    )
    assert check({"DEBUG": "1", "AUTH_PROFILE": name}).returncode == 0


def test_the_engine_s_own_settings_do_not_start_outside_the_lab():
    done = check(DEPLOYED | {"DJANGO_SETTINGS_MODULE": "project.compare.settings", "LAB_KEY": "k" * 40})
    assert done.returncode == 1
    assert "can't be used outside the lab" in done.stderr


@pytest.mark.parametrize("name", SCHEMES)
def test_every_profile_starts_and_deployed_only_the_password_grant_is_found(name):
    done = check(DEPLOYED | {"AUTH_PROFILE": name}, "--deploy")
    findings = [line for line in done.stderr.splitlines() if line.startswith("?:") or "(" in line.split(" ")[0]]
    assert done.returncode == 0, done.stderr
    assert len(findings) == 1, done.stderr
    assert "oauth2_provider.W002" in findings[0]


@pytest.mark.parametrize(
    ("name", "value", "accepted", "profile"),
    [
        ("AUTH_PROFILE", "basic-auth", "session, token, jwt, oauth2", None),
        ("DEBUG", "perhaps", "1 or 0", "session"),
        ("TOKEN_EXPIRE_TIME", "soon", "whole number of seconds", "token"),
        ("TOKEN_EXPIRE_TIME", "0", "whole number of seconds", "token"),
        ("JWT_ACCESS_LIFETIME", "-5", "whole number of seconds", "jwt"),
        ("JWT_REFRESH_LIFETIME", "1e3", "whole number of seconds", "jwt"),
        ("JWT_ALGORITHM", "none", "HS256", "jwt"),
        ("OAUTH2_ACCESS_LIFETIME", "99999999999", "whole number of seconds", "oauth2"),
        ("OAUTH2_REFRESH_LIFETIME", "12.5", "whole number of seconds", "oauth2"),
        ("OIDC_ENABLED", "perhaps", "1 or 0", "oauth2"),
        ("SESSION_COOKIE_AGE", "two weeks", "whole number of seconds", "session"),
        ("LOGIN_COOLOFF", "x", "whole number of seconds", "session"),
        ("LOGIN_GUESSES_ADDRESS", "9", "whole number from 10", "session"),
        ("DATABASE_CONNECTIONS", "many", "kept, pool, bouncer", "session"),
        ("DATABASE_CONNECTIONS", "pool", "kept, or a DATABASE_URL of PostgreSQL", "session"),
        ("DATABASE_CONNECTIONS", "bouncer", "kept, or a DATABASE_URL of PostgreSQL", "session"),
        ("PROXIES", "-1", "whole number from 0", "session"),
        ("PUBLIC_URL", "ftp://example.org", "https://", "session"),
        ("CSRF_TRUSTED_ORIGINS", "example.org", "origins with their scheme", "session"),
        ("ALLOWED_HOSTS", "*", "names this site answers to", "session"),
    ],
)
def test_a_value_that_cannot_be_used_stops_the_program_with_name_value_and_what_is_accepted(name, value, accepted, profile):
    done = check(DEPLOYED | ({"AUTH_PROFILE": profile} if profile else {}) | {name: value})
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith(f"This site can't start: {name}={value!r}"), done.stderr
    assert accepted in done.stderr


@pytest.mark.parametrize(
    ("missing", "profile"), [("SECRET_KEY", "session"), ("ALLOWED_HOSTS", "session"), ("JWT_SIGNING_KEY", "jwt")]
)
def test_a_secret_that_is_missing_outside_debug_stops_the_program(missing, profile):
    done = check({name: value for name, value in DEPLOYED.items() if name != missing} | {"AUTH_PROFILE": profile})
    assert done.returncode == 1
    assert f"{missing} is not set" in done.stderr


def test_a_weak_or_shared_signing_key_stops_the_program_without_showing_it():
    weak = check(DEPLOYED | {"AUTH_PROFILE": "jwt", "JWT_SIGNING_KEY": "secret-word"})
    assert "JWT_SIGNING_KEY has 11 bytes" in weak.stderr
    assert "secret-word" not in weak.stderr
    shared = check(DEPLOYED | {"AUTH_PROFILE": "jwt", "JWT_SIGNING_KEY": DEPLOYED["SECRET_KEY"]})
    assert "equals another secret" in shared.stderr
    assert DEPLOYED["SECRET_KEY"] not in shared.stderr


BROKEN = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "RS256"])
@pytest.mark.parametrize("key", ["no-key-but-a-secret-word", BROKEN, "other", "small"])
def test_a_key_that_is_not_of_the_algorithm_stops_the_program_without_showing_it(algorithm, key):
    if key == "other":
        key = JWK.generate(kty="EC", crv="P-384").export_to_pem(private_key=True, password=None).decode()
    elif key == "small":
        key = JWK.generate(kty="RSA", size=2048).export_to_pem(private_key=True, password=None).decode()
    done = check(DEPLOYED | {"AUTH_PROFILE": "jwt", "JWT_ALGORITHM": algorithm, "JWT_SIGNING_KEY": key})
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("This site can't start: JWT_SIGNING_KEY ")
    assert f"Accepted: private keys in PEM for {algorithm}" in done.stderr
    assert key.splitlines()[-2][:20] not in done.stderr if "\n" in key else key not in done.stderr


def test_a_key_pair_that_is_missing_outside_debug_stops_the_program():
    known = {name: value for name, value in DEPLOYED.items() if name != "JWT_SIGNING_KEY"}
    done = check(known | {"AUTH_PROFILE": "jwt", "JWT_ALGORITHM": "EdDSA"})
    assert done.returncode == 1
    assert "JWT_SIGNING_KEY is not set. Accepted: private keys in PEM for EdDSA" in done.stderr


def test_openid_connect_outside_debug_needs_a_key_of_its_own():
    on = DEPLOYED | {"AUTH_PROFILE": "oauth2", "OIDC_ENABLED": "1"}
    assert "OIDC_RSA_PRIVATE_KEY is not set. Accepted: private keys in PEM for RS256" in check(on).stderr
    key = JWK.generate(kty="RSA", size=3072).export_to_pem(private_key=True, password=None).decode()
    assert check(on | {"OIDC_RSA_PRIVATE_KEY": key}).returncode == 0


@pytest.mark.parametrize("address", ["mysql://u:hidden@h/x", "nonsense-hidden", "postgres://u:hidden@[/x"])
def test_an_address_that_cannot_be_used_stops_the_program_without_its_password(address):
    done = check(DEPLOYED | {"DATABASE_URL": address})
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert ":hidden" not in done.stderr


@pytest.mark.parametrize("switch", ["DEBUG", "LAB"])
def test_a_lab_that_strangers_could_reach_does_not_start(switch):
    done = check(DEPLOYED | {switch: "1"})
    assert done.returncode == 1
    assert "ALLOWED_HOSTS='polls.example.org' can't be used in the lab" in done.stderr


def test_local_secrets_are_made_once_and_readable_by_their_owner_alone(monkeypatch, tmp_path):
    monkeypatch.setattr(env, "LOCAL_SECRETS", tmp_path / ".local")
    monkeypatch.delenv("SECRET_KEY", raising=False)
    first = env.secret("SECRET_KEY", local=True, least=50)
    assert env.secret("SECRET_KEY", local=True, least=50) == first
    assert (tmp_path / ".local" / "SECRET_KEY").stat().st_mode & 0o777 == 0o600


def test_a_secret_is_shown_as_stars():
    assert str(env.Secret("abc")) == "abc"
    assert "abc" not in repr({"KEY": env.Secret("abc")})


def test_diffsettings_names_what_a_profile_changes():
    changed = manage(["diffsettings", "--default", "project.settings.base"], {"DEBUG": "1", "AUTH_PROFILE": "token"})
    names = {line.split(" = ")[0] for line in changed.splitlines()}
    assert {"AUTH_PROFILE", "TOKEN_EXPIRE_TIME", "REST_FRAMEWORK", "SESSION_COOKIE_NAME"} <= names
    assert not {"INSTALLED_APPS", "DATABASES", "SECRET_KEY", "MIDDLEWARE"} & names


def test_a_toggle_of_the_profile_needs_no_migration():
    for name in (*SCHEMES, STOCK["oauth2"]):  # the other stock profiles bring no tables
        said = manage(["makemigrations", "--check", "--dry-run"], {"DEBUG": "1", "AUTH_PROFILE": name})
        assert "No changes detected" in said, said


@pytest.mark.parametrize("one", PROFILES)
@pytest.mark.parametrize("other", PROFILES)
def test_two_profiles_differ_in_what_compose_made_of_them(one, other):
    found = {name: (mine, theirs) for name, mine, theirs in differences(one, other)}
    if one == other:
        assert found == {}
    else:
        assert "SESSION_COOKIE_NAME" in found
        assert all(mine != theirs for mine, theirs in found.values())
    if "jwt" in (one, other) and one != other:
        assert "'********'" in found['SIMPLE_JWT["SIGNING_KEY"]']


@pytest.mark.parametrize(
    "value", ["jwt", "jwt=https://polls.example.org", "jwt=http://127.0.0.1:8000/x", "jwt=http://192.168.0.1:80"]
)
def test_the_sites_beside_this_one_are_on_this_machine(value, monkeypatch):
    monkeypatch.setenv("DEMO_SITES", value)
    with pytest.raises(ImproperlyConfigured, match=r"DEMO_SITES=.* can't be used"):
        env.sites("DEMO_SITES")


def test_the_sites_beside_this_one_are_read(monkeypatch):
    monkeypatch.setenv("DEMO_SITES", "session=http://127.0.0.1:8000, jwt=http://localhost:8002")
    assert env.sites("DEMO_SITES") == {"session": "http://127.0.0.1:8000", "jwt": "http://localhost:8002"}
