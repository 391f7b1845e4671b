"""Rates that come with a library: how often its skills, as they are, reached goals on seeds for practice.

They lie in a file beside the skills and are no part of the library: nothing that practises reads them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.errors import RunDamaged
from agent.stats import Estimate, success_estimate
from envs.json_text import parsed
from envs.reading import read_file
from skills.files import to_json, write_atomically
from skills.store.layout import DONE_FILE, GRAPH, GUARD, REACHED, RETIRED, STRATEGIES

MOST_BYTES: Final = 1_000_000

WhyNot: TypeAlias = Literal["", "not measured", "other skills", "damaged"]


class MeasuredGoal(BaseModel):
    """One goal.

    Attributes:
        facts: fact -> least count.
        reached: in how many episodes it was.
        n: how many there were.
        mean_steps: game steps of those that reached it; 0 where none did.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    facts: dict[str, int]
    reached: int = Field(ge=0)
    n: int = Field(ge=1)
    mean_steps: float = Field(ge=0)

    @property
    def estimate(self) -> Estimate:
        """The rate with its interval, 0..1."""
        return success_estimate(self.reached, self.n)


class Measured(BaseModel):
    """What was measured, and with what.

    Attributes:
        game: registry name.
        skills: `skills_hash` of the library that was measured.
        version: of Journeyman.
        command: that measured it.
        seed: episode i of every goal is played on ``training_seed(seed, "reached", i)``.
        episodes: of each goal.
        goals: in words -> what became of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    schema_number: Literal[1] = Field(default=1, alias="schema")
    game: str
    skills: str
    version: str
    command: str
    seed: int = Field(ge=0)
    episodes: int = Field(ge=1)
    goals: dict[str, MeasuredGoal] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reached:
    """How often a goal was reached with the library's skills as they are.

    Attributes:
        goal: what became of it; None where that is not known.
        why_not: why it is not known: "not measured", "other skills" or "damaged"; empty where it is.
        command: that measured it.
        version: of Journeyman that measured it.
    """

    goal: MeasuredGoal | None = None
    why_not: WhyNot = ""
    command: str = ""
    version: str = ""

    def to_record(self) -> dict[str, Any]:
        """As plain JSON values; ``why_not`` alone where the rate is not known."""
        if self.goal is None:
            return {"why_not": self.why_not}
        return {
            "reached": self.goal.reached,
            "n": self.goal.n,
            "rate": self.goal.estimate.mean,
            "ci95": self.goal.estimate.interval.rounded(4),
            "mean_steps": self.goal.mean_steps,
            "command": self.command,
            "version": self.version,
        }


def skills_hash(folder: Path) -> str:
    """A hash of all that play with a library follows from: skills, what is retired, graph, guards, policies.

    Args:
        folder: of one game in a library.
    """
    files = [*folder.glob(f"*/*/{DONE_FILE}"), *folder.glob(f"*/{RETIRED}")]
    files += [folder / name for name in (GRAPH, GUARD, STRATEGIES) if (folder / name).is_file()]
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(files):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode("utf-8", "surrogateescape"))
        digest.update(hashlib.blake2b(read_file(path)).digest())
    return f"blake2b:{digest.hexdigest()}"


def read_measured(folder: Path) -> Measured | None:
    """The rates that lie in a library's folder; None where there are none.

    Raises:
        RunDamaged: the file cannot be read.
    """
    path = folder / REACHED
    if not path.is_file():
        return None
    try:
        return Measured.model_validate(parsed(read_file(path, MOST_BYTES)))
    except (OSError, ValueError, ValidationError) as error:
        raise RunDamaged(f"{path} cannot be read; measure again, or remove it") from error


def write_measured(folder: Path, measured: Measured) -> None:
    """Keep rates in a library's folder. Raises `OSError`."""
    write_atomically(folder / REACHED, to_json(measured.model_dump(by_alias=True)))


def reached(folder: Path, goal: Mapping[str, int]) -> Reached:
    """How often a goal is reached, as it was measured for the skills that are there now.

    Args:
        folder: of one game in a library.
        goal: fact -> least count.
    """
    try:
        measured = read_measured(folder)
        if measured is None:
            return Reached(why_not="not measured")
        if measured.skills != skills_hash(folder):
            return Reached(why_not="other skills")
    except (RunDamaged, OSError):
        return Reached(why_not="damaged")
    for words, each in measured.goals.items():
        if each.facts == dict(goal):
            return Reached(each, "", f'{measured.command} --goal "{words}"', measured.version)
    return Reached(why_not="not measured")
