"""A token is used for what it was not made for: the one that renews to read, the one that reads to renew.

A good site refuses each, and a token that another site made for the same person too.
"""

from secrets import token_urlsafe

from project.compare.attack import Attack, Trial
from project.compare.jose import Jwt, forge, read
from project.compare.laboratory import Subject
from schemes.story import READ

ATTACK = Attack(
    id="P27",
    title="A token of the wrong kind",
    steps="Read with the refresh token, refresh with the access token; read with what another site could have made.",
    why="Tokens live shorter or reach less far by their kind; whoever can exchange the kinds has the sum of both.",
    source="RFC 8725 §3.12, ASVS 9.2.2",
)


def probe(site: Subject, trial: Trial) -> None:
    renewal = site.scheme.renewal
    if not site.scheme.refresh:
        trial.does_not_apply("There is one kind of credential.")
    (access,) = site.scheme.credential
    person = site.newcomer()
    thief = person.copy()
    tokens = {"an opaque token of another site": token_urlsafe(24), "the refresh token": person.variables[renewal]}
    found, other = read(person.variables[access]), read(person.variables[renewal])
    if found and other:
        header, claims = found
        tokens["the same token, made by another site"] = forge(header, claims, b"the key of another site, long as it is")
        key = site.environment[Jwt(person, access, header, claims).key(site)].encode()
        kinds = {
            name: "something-else"
            for name in claims
            if name != "jti" and isinstance(claims[name], str) and claims[name] != other[1].get(name)
        }
        tokens["a token signed for something else"] = forge(header, claims | kinds, key)
    for what, token in tokens.items():
        thief.variables[access] = token
        trial.refused(f"GET {READ} with {what}", thief.ask("GET", READ))
    thief.variables[renewal] = person.variables[access]
    trial.refused("the access token refreshed", thief.do(site.scheme.refresh))
