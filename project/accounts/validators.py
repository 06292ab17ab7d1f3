"""What usernames and passwords may be."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

PUBLISHED = "-demo-pass"
"""How every published password of the demo data ends: the name, then this."""

username_validator = RegexValidator(
    r"^\w{3,30}\Z", "A username has 3 to 30 letters, digits or underscores.", code="invalid_username"
)


class PublishedPasswordValidator:
    """Refuse what could be taken for a password of the demo data, which everybody knows (ASVS 6.3.2)."""

    def validate(self, password: str, user: Any = None) -> None:
        if password.endswith(PUBLISHED):
            raise ValidationError("This password is published with the demo data.", code="password_published")

    def get_help_text(self) -> str:
        return f"Your password can't end with “{PUBLISHED}”: such passwords are published with the demo data."
