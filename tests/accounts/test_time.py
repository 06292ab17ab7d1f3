"""An unknown name, a wrong password and an account that can't sign in take equally long: one hash each."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import Argon2PasswordHasher

from project.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["known", "unknown", "inactive", "unusable", "known@example.com", "x" * 300, "a\0b"])
def test_every_refusal_costs_exactly_one_hash(rf, monkeypatch, who):
    User.objects.create_user("known", "known@example.com", "correct-horse-battery")
    User.objects.create_user("inactive", "inactive@example.com", "correct-horse-battery", is_active=False)
    User.objects.create_user("unusable", "unusable@example.com", None)
    hashed = []
    encode, verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify
    monkeypatch.setattr(Argon2PasswordHasher, "encode", lambda *args: hashed.append("encode") or encode(*args))
    monkeypatch.setattr(Argon2PasswordHasher, "verify", lambda *args: hashed.append("verify") or verify(*args))
    assert authenticate(rf.post("/"), username=who, password="correct-horse-batterx") is None
    assert len(hashed) == 1, hashed
