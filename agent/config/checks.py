"""What values of settings must be, in words that say what to write instead."""

from __future__ import annotations

import math

from agent.errors import BadConfig
from envs.errors import did_you_mean
from envs.text import brief
from envs.workers.cluster.address import why_no_cluster

MOST = {"workers": 1_024, "episodes": 1_000_000, "propose_count": 50}
"""The largest values that are of any use; more would fill the machine before anything is played."""

MOST_OF_ANYTHING = 10**12
"""The largest value of all other numbers."""

MOST_AT_ALL = 2**64
"""The largest value of seeds and caps."""


def require_positive(config: object, **units: str) -> None:
    """Raise `BadConfig` unless every field named is above zero; the unit says what it counts."""
    for name, unit in units.items():
        value = getattr(config, name)
        what, _, example = unit.partition("|")
        if not 0 < value < math.inf:
            raise BadConfig(f"{name} is {brief(value)}; expected a positive number of {what}, e.g. {example}")
        most = MOST.get(name, MOST_OF_ANYTHING)
        if value > most:
            raise BadConfig(f"{name} is {brief(value)}; expected at most {most:,} {what}, e.g. {example}")


OPTIONS = {
    "seed": "--seed 1",
    "max_usd": "--max-usd 1",
    "max_judge_calls": "--max-judge-calls 1",
    "slots": "--slots 2",
}
"""Options of all commands for settings that may be zero; others are given with ``--set``."""


def require_not_negative(config: object, *names: str) -> None:
    """Raise `BadConfig` unless every field named is none, or zero or more."""
    for name in names:
        value = getattr(config, name)
        if value is not None and not 0 <= value < math.inf:
            hint = OPTIONS.get(name, f"--set {name}=1")
            raise BadConfig(f"{name} is {brief(value)}; expected zero or more, e.g. {hint}")
        if value is not None and value > MOST_AT_ALL:
            raise BadConfig(f"{name} is {brief(value)}; expected at most {MOST_AT_ALL:,}")


def require_one_of(config: object, **choices: tuple[str, ...]) -> None:
    """Raise `BadConfig` unless every field named has one of its choices."""
    for name, known in choices.items():
        value = getattr(config, name)
        if value not in known:
            hint = did_you_mean(value, known, f"expected {' or '.join(known)}")
            raise BadConfig(f"{name} is {brief(value)}{hint}")


def require_shares(config: object, *names: str) -> None:
    """Raise `BadConfig` unless every field named is a share, 0..1."""
    for name in names:
        if not 0 <= getattr(config, name) <= 1:
            raise BadConfig(f"{name} is {brief(getattr(config, name))}; expected a share from 0 to 1")


def require_cluster(config: object) -> None:
    """Raise `BadConfig` unless ``cluster`` is empty or names one, see `envs.workers.cluster.address`."""
    cluster = getattr(config, "cluster")  # noqa: B009
    if cluster and (why := why_no_cluster(cluster)):
        raise BadConfig(f"cluster is {brief(cluster)}; {why}")


def require_room_for_slots(config: object) -> None:
    """Raise `BadConfig` when ``slots`` of ``workers`` processes each are more than one machine is given."""
    slots, workers, cluster = (getattr(config, name) for name in ("slots", "workers", "cluster"))
    if not cluster and slots * workers > MOST["workers"]:
        raise BadConfig(
            f"slots is {brief(slots)}, with {workers} processes each; expected at most "
            f"{max(1, MOST['workers'] // workers)} on this machine, e.g. --slots 2"
        )


def require_text(config: object, *names: str) -> None:
    """Raise `BadConfig` unless every field named has a text that is not blank."""
    for name in names:
        if not getattr(config, name).strip():
            raise BadConfig(f"{name} is {getattr(config, name)!r}; expected a text that is not empty")
