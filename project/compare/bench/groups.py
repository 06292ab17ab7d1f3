"""What the bench asks, in the order in which it is told."""

from project.compare.bench import clearing, day, growth, requests, web
from project.compare.bench.results import Group

GROUPS: dict[str, Group] = {
    "read": requests.READ,
    "list": requests.LIST,
    "login": requests.LOGIN,
    "day": day.DAY,
    "growth": growth.GROWTH,
    "prune": clearing.PRUNE,
    "servers": web.WEB,
}
QUICK = ("read", "list", "login")
"""What is asked in the short form."""
