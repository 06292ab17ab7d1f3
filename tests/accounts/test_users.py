"""Names and addresses, whoever writes them; what a changed password or a ban does; in this process."""

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from project.accounts.address import client_address
from project.accounts.folding import fold
from project.accounts.models import Guesses, User
from schemes.session.models import Credential as Session
from schemes.token.models import Credential as Token
from tests.accounts.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_of(rf: RequestFactory):
    """Makes requests from an address."""
    return lambda address="192.0.2.1", **meta: rf.post("/auth/login/", REMOTE_ADDR=address, **meta)


@pytest.mark.parametrize("name", ["alice", "ALICE", "Alice", "ａｌｉｃｅ", "alice@example.com", "ALICE@Example.COM"])
def test_any_spelling_of_name_or_address_signs_in(alice, request_of, name):
    assert authenticate(request_of(), username=name, password=PASSWORD) == alice


@pytest.mark.parametrize("password", [PASSWORD + " ", " " + PASSWORD, PASSWORD.upper(), "", PASSWORD[:-1]])
def test_a_password_is_checked_as_typed(alice, request_of, password):
    assert authenticate(request_of(), username="alice", password=password) is None


@pytest.mark.parametrize("name", ["", "a" * 300, "al\0ice", "nobody", "alice@", "@", "\N{FULLWIDTH COMMERCIAL AT}"])
def test_a_name_that_nobody_has_signs_nobody_in(alice, request_of, name):
    assert authenticate(request_of(), username=name, password=PASSWORD) is None


@pytest.mark.parametrize("name", ["ALICE", "ａｌｉｃｅ", "aLiCe"])
def test_the_database_refuses_a_second_spelling_of_a_name(alice, name):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(username=name, email="other@example.com")])


@pytest.mark.parametrize("address", ["ALICE@EXAMPLE.COM", "alice@ｅｘａｍｐｌｅ.com"])
def test_the_database_refuses_a_second_spelling_of_an_address(alice, address):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(username="other", email=address)])


def test_a_renamed_account_is_found_by_its_new_name_alone(alice, request_of):
    alice.username = "Alicia"
    alice.save(update_fields=["username"])
    assert authenticate(request_of(), username="ALICIA", password=PASSWORD) == alice
    assert authenticate(request_of(), username="alice", password=PASSWORD) is None


def test_a_form_sees_a_second_spelling_as_an_error_of_the_field(alice):
    with pytest.raises(ValidationError) as raised:
        User(username="ALICE", email="Alice@Example.com", password="x").full_clean()
    assert set(raised.value.message_dict) >= {"username", "email"}


def test_folding_is_the_same_twice():
    for name in ["ﬁ", "ẞ", "İ", "ς", "Å", "ﷺ", "①"]:
        assert fold(fold(name)) == fold(name)


LATER = "2999-01-01T00:00:00Z"


def left(user: User) -> int:
    """How many credentials the user holds, of all schemes; here of two."""
    return Token.objects.filter(user=user).count() + Session.objects.filter(user=user).count()


@pytest.fixture
def holder(alice) -> User:
    """Alice, signed in by two schemes, as another process loads her."""
    Token.objects.create(digest="a" * 64, user=alice, expires=LATER)
    Session.objects.create(session_key="b" * 64, user=alice, session_data="", expire_date=LATER)
    return User.objects.get(pk=alice.pk)


@pytest.mark.parametrize(
    "change",
    [
        lambda u: u.set_password("another-good-phrase-9"),
        lambda u: u.set_unusable_password(),
        lambda u: setattr(u, "is_active", False),
    ],
    ids=["password changed", "password switched off", "deactivated"],
)
def test_saving_a_change_of_rights_ends_every_credential_of_every_scheme(holder, change):
    change(holder)
    holder.save()
    assert left(holder) == 0


def test_saving_anything_else_ends_nothing(holder):
    holder.first_name, holder.email = "Ada", "ada@example.com"
    holder.save()
    assert left(holder) == 2


def test_a_hash_that_is_only_renewed_ends_nothing(holder, request_of, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher", "django.contrib.auth.hashers.Argon2PasswordHasher"
    ]  # fmt: skip
    assert authenticate(request_of(), username="alice", password=PASSWORD) == holder
    assert User.objects.get(pk=holder.pk).password.startswith("pbkdf2")
    assert left(holder) == 2


def test_a_password_set_but_not_saved_is_not_hidden_by_a_check(holder):
    holder.set_password("another-good-phrase-9")
    assert holder.check_password("another-good-phrase-9")
    holder.save()
    assert left(holder) == 0


def test_the_limit_counts_names_in_their_folded_form_and_addresses_apart(alice, request_of):
    for n in range(10):
        authenticate(request_of(), username="ALICE" if n % 2 else "alice", password=f"guess {n}")
    assert Guesses.objects.get().failures == 10
    assert authenticate(request_of("192.0.2.2"), username="alice", password=PASSWORD) == alice


def test_the_counter_holds_neither_name_nor_address(alice, request_of):
    authenticate(request_of(), username="a password in the wrong field", password="x")
    key = Guesses.objects.get().key
    assert len(key) == 64
    assert "password" not in key


def test_published_passwords_open_nothing_outside_the_lab(request_of, settings):
    demo = User.objects.create_user("demo_user", "demo@example.com", "demo_user-demo-pass")
    settings.LAB = True
    assert authenticate(request_of(), username="demo_user", password="demo_user-demo-pass") == demo
    settings.LAB = False
    assert authenticate(request_of(), username="demo_user", password="demo_user-demo-pass") is None


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (1, "nonsense", "nonsense"),
    ],
)
def test_an_address_is_believed_as_far_as_our_proxies_vouch_for_it(request_of, settings, proxies, forwarded, address):
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": proxies}
    assert client_address(request_of(HTTP_X_FORWARDED_FOR=forwarded)) == address


def test_an_ipv6_client_is_its_network(request_of):
    assert client_address(request_of("2001:db8:1:2:3::4")) == client_address(request_of("2001:db8:1:2:ffff::1"))
    assert client_address(request_of("2001:db8:1:2::4")) != client_address(request_of("2001:db8:1:3::4"))
    assert client_address(request_of("::ffff:192.0.2.1")) == "192.0.2.1"


@pytest.mark.parametrize("bulk", [False, True])
def test_an_administrator_deletes_an_account_that_is_signed_in(alice, client, admin_client, bulk):
    client.force_login(alice)
    assert Session.objects.filter(user=alice).exists()
    if bulk:
        form = {"post": "yes", "action": "delete_selected", "_selected_action": alice.pk}
        answer = admin_client.post("/admin/accounts/user/", form)
    else:
        answer = admin_client.post(f"/admin/accounts/user/{alice.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 302
    assert not User.objects.filter(pk=alice.pk).exists()
    assert not Session.objects.filter(user=alice.pk).exists()
