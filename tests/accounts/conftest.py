"""Somebody who has an account, for the tests that ask in this process."""

import pytest

from project.accounts.models import User

PASSWORD = "correct-horse-battery"


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice", "alice@example.com", PASSWORD)
