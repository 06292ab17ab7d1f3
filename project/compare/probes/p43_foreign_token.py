"""Another application, which a person signed in to with a provider's account, sends the token that it got there to this site.

A good site asks whom the token was issued to, and takes its own alone; it knows people by the provider's number for them, and
never by an address that looks like somebody's.
"""

from requests import Response

from project.compare.attack import Attack, Trial
from project.compare.client import Client
from project.compare.consent import WEB, Consent
from project.compare.laboratory import SITE, Subject
from schemes.story import DEMO

ATTACK = Attack(
    id="P43",
    title="A provider's token of another application",
    steps="With an account of a live OpenID provider: send its token that was issued to another application, a refresh token, "
    "an id token, nonsense; the token of somebody whose address there is alice's here, unverified; that of a banned person.",
    why="Any application that a person ever signed in to could sign in as them everywhere else.",
    source="RFC 9700 §4.8.2, OpenID Connect Core §16.11, ASVS 6.8.1, 10.3.1, CWE-441",
)


def probe(site: Subject, trial: Trial) -> None:
    if not site.provider or not site.scheme.social:
        trial.does_not_apply("It takes no provider's token: social-auth-core as it ships asks nobody whom one was issued to.")
    person = site.provider.newcomer()
    foreign = tokens(site.provider, person, WEB)
    own = tokens(site.provider, person, SITE, client_secret=DEMO["client_secret"])
    for what, token in (
        ("a token issued to another application", foreign["access_token"]),
        ("a refresh token", own["refresh_token"]),
        ("an id token", own["id_token"]),
        ("nonsense", "nonsense"),
    ):
        trial.refused(what, exchanged(site, token)[1])
    visitor, answer = exchanged(site, own["access_token"])
    trial.unharmed("a token issued to this site", works=answer.ok, seen=str(answer.status_code))

    namesake = site.provider.visitor()  # the provider has an alice too: somebody else, of the same address
    twin, _ = exchanged(site, tokens(site.provider, namesake, SITE, client_secret=DEMO["client_secret"])["access_token"])
    taken = twin.ask("GET", "/accounts/me/").json().get("username") == "alice"
    trial.note("a namesake's unverified address", not taken, "opens alice's account" if taken else "not alice's account")

    visitor.variables["username"] = visitor.ask("GET", "/accounts/me/").json()["username"]
    site.deactivate(visitor)
    trial.refused("the token of a banned person", exchanged(site, own["access_token"])[1])


def tokens(provider: Subject, person: Client, application: dict[str, str], **secret: str) -> dict[str, str]:
    """What an application got for this person at the provider."""
    with Consent(provider, person, application) as consent:
        code, verifier = consent.code(scope="openid profile email")
        answer = consent.spend(code, verifier, **secret)
        answer.raise_for_status()
        given: dict[str, str] = answer.json()
        return given


def exchanged(site: Subject, token: str) -> tuple[Client, Response]:
    """A client that sends a provider's token, and the answer: it is signed in where that succeeds."""
    visitor = site.visitor()
    visitor.variables |= {"backend": "oidc", "provider_token": token}
    if site.scheme.before:
        visitor.do(site.scheme.before)
    step = site.scheme.social or site.scheme.verify
    return visitor, visitor.do(step)
