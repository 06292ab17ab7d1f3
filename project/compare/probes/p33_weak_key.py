"""The key that signs tokens is guessed, at home: one token is enough to try every word there is.

A good site has a long random key for its tokens and for nothing else, and does not start with a short one.
"""

from subprocess import CalledProcessError

from project.compare.attack import Attack, Trial
from project.compare.jose import jwt_of
from project.compare.laboratory import Subject

ATTACK = Attack(
    id="P33",
    title="A weak signing key",
    steps="Twenty usual keys tried on a token; the program started with a key of six bytes; one key for two purposes.",
    why="Whoever has the key makes the tokens of everybody, and nothing shows it.",
    source="RFC 8725 §3.5, RFC 7518 §3.2, ASVS 11.2.3",
)
USUAL = (
    "secret",
    "password",
    "changeme",
    "key",
    "test",
    "123456",
    "qwerty",
    "admin",
    "django",
    "jwt",
    "token",
    "your-256-bit-secret",
    "your_secret_key",
    "mysecretkey",
    "supersecret",
    "secret-key",
    "secretkey",
    "django-insecure",
    "my-secret-key",
    "dev",
)


def probe(site: Subject, trial: Trial) -> None:
    jwt = jwt_of(site.newcomer(), trial)
    guessed = any(jwt.signed_by(word) for word in USUAL)
    trial.note("a list of usual keys", withstood=not guessed, seen="has it" if guessed else "does not have it")
    name = jwt.key(site)
    own = name != "SECRET_KEY"
    trial.note("the key", own, "is for tokens alone" if own else "is the one that signs all else too: SECRET_KEY")
    try:
        site.manage("check", ahead=0, **{name: "secret"})
        trial.note("a key of six bytes", withstood=False, seen="starts the program")
    except CalledProcessError as error:
        named = name in error.stderr
        trial.note("a key of six bytes", named, f"stops the program, {'which says so' if named else 'for some other reason'}")
