"""What must not happen: a ratio that rises against a saved run, a goal that is not kept."""

from collections.abc import Iterator

from project.compare.bench.groups import GROUPS
from project.compare.bench.results import Run
from schemes import SCHEMES

RISE = 1.10
"""Against the saved run: what a figure may come to."""
GOALS: dict[tuple[str, str], dict[str, float]] = {
    ("read", "instructions"): {"session": 0.90, "token": 0.85, "jwt": 0.85, "oauth2": 0.85},
    ("list", "instructions"): dict.fromkeys(SCHEMES, 0.45),
    ("read", "statements"): dict.fromkeys(SCHEMES, 3),
    ("login", "statements"): {"session": 6, "token": 6, "jwt": 6, "oauth2": 8},
    ("login", "hashes"): dict.fromkeys(SCHEMES, 1),
    ("growth", "table"): dict.fromkeys(SCHEMES, 1.05),
    ("growth", "user"): dict.fromkeys(SCHEMES, 1.05),
}
"""(Group, measure) -> site -> the most that it may be."""
OTHERWISE = {"instructions": "cpu", "table": "table_cpu", "user": "user_cpu"}
"""What is compared where a machine could not count the first."""


def risen(old: Run, new: Run) -> Iterator[str]:
    """Each figure of ours that rose too far, in words. CPU time counts where one of the two has no instructions."""
    for group, site, measure in ((figure.group, figure.site, figure.measure) for figure in new.figures):
        if site not in SCHEMES or not GROUPS[group].measures[measure].gate:
            continue
        both = old.find(group, site, "instructions") and new.find(group, site, "instructions")
        if measure == "cpu" and both:
            continue
        before, after = old.find(group, site, measure), new.find(group, site, measure)
        if before and after and after.value > before.value * RISE:
            title = GROUPS[group].measures[measure].title
            yield f"{group} {site}: {title} rose from {before.value:.2f} to {after.value:.2f}."


def missed(run: Run) -> Iterator[str]:
    """Each goal that is not kept, in words."""
    for (group, measure), goals in GOALS.items():
        for site, most in goals.items():
            found = run.find(group, site, measure) or run.find(group, site, OTHERWISE.get(measure, measure))
            if found and found.value > most:
                title = GROUPS[group].measures[found.measure].title
                yield f"{group} {site}: {title} is {found.value:.2f}; the goal is at most {most}."
