"""What a practice session remembers: budget, progress per skill, and the files that make it resumable."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agent.errors import RunDamaged
from agent.llm.replies import ProposedTask
from agent.practice.chain_notes import ChainNotes
from agent.practice.library_marks import LibraryMarks
from agent.practice.monitors.coverage import Coverage
from agent.practice.monitors.curves import Monitors
from agent.practice.recorded_play import Housekeeping
from envs.disk import Written
from envs.json_text import parsed
from envs.reading import read_file
from envs.text import counted
from skills.files import write_atomically
from skills.skill import SkillStats

STATE_FILE = "state.json"
SCHEMA: Final = 1


class SkillProgress(BaseModel):
    """How far one skill has come in this session.

    Attributes:
        rounds: rounds of practice so far.
        rates: success rate in the trial after each round.
        status: ``open`` until admitted or abandoned; ``retired`` when it is not used any more.
        reason: why it was abandoned or retired.
        train_steps: environment steps of training, all rounds.
        parent: the skill whose weights it started from.
        successes: in the latest trial. attempts: in the latest trial.
    """

    model_config = ConfigDict(extra="forbid")

    rounds: int = 0
    rates: list[float] = Field(default_factory=list)
    status: Literal["open", "admitted", "abandoned", "retired"] = "open"
    reason: str = ""
    train_steps: int = 0
    counted: int = Field(
        default=0, description="those of `train_steps` that are of the training `counted_of`"
    )
    counted_of: str = Field(default="", description="identity of the latest training")
    training_rate: float = Field(
        default=1.0, description="share of successes at the end of the last training"
    )
    parent: str = ""
    successes: int = 0
    attempts: int = 0
    same: SkillStats = Field(
        default=SkillStats(), description="trials of the skill as it is, all with the needs in `same_needs`"
    )
    same_needs: dict[str, int] = Field(default_factory=dict)
    handoff_rounds: int = Field(
        default=0, description="rounds owed to it, since it failed where a chain handed over to it"
    )
    audited: int = Field(default=0, description='verdicts of "done" that were checked with facts')
    falsely_done: int = Field(default=0, description="of these, false ones")
    contested: int = Field(default=0, description='verdicts of "done" that another judge did not share')
    refitted: bool = Field(default=False, description="whether the judge has learned here from its errors")
    bar: float = Field(default=0.0, description='confidence that a verdict of "done" needs since then')
    head: dict[str, Any] = Field(
        default_factory=dict,
        description="what it learned then, see `agent.judges.refit_head.Head`",
    )
    probed: list[str] = Field(default_factory=list, description="needs that it was tried without")
    waiting_since: int = Field(
        default=-1, description="skills admitted when no state to practise in was found"
    )
    waiting_round: int = Field(default=-1, description="rounds of all skills at that moment")

    restored: bool = Field(default=False, description="retired before, and used again by a person's wish")

    def pool(self, needs: Mapping[str, int], trial: SkillStats) -> SkillStats:
        """Add a trial to the earlier ones of a skill that has not changed; with new needs, count from zero.

        All trials count, because repeating one until it succeeds by chance would admit anything.
        """
        if needs != self.same_needs:
            self.same, self.same_needs = SkillStats(), dict(needs)
        self.same = self.same + trial
        return self.same

    def count_training(self, identity: str, steps: int) -> int:
        """Count the steps of a training once, however often it was gone on with; returns the new ones.

        A training that was cut off may have been counted in part, by a turn that ended meanwhile.

        >>> progress = SkillProgress()
        >>> progress.count_training("a", 2048), progress.count_training("a", 3072), progress.train_steps
        (2048, 1024, 3072)
        """
        if identity != self.counted_of:
            self.counted, self.counted_of = 0, identity
        new, self.counted = steps - self.counted, steps
        self.train_steps += new
        return new

    @property
    def learning_progress(self) -> float:
        """Change of the success rate between the last two rounds, 0..1; 1 before two rounds."""
        if len(self.rates) < 2:
            return 1.0
        return abs(self.rates[-1] - self.rates[-2])


class GrowthRecord(BaseModel):
    """What became of asking for more tasks.

    Attributes:
        asked: how often it was asked.
        turn: turns of practice before the latest time; -1 before the first.
        tasks: tasks that were taken, in order.
        refused: tasks that were not -> why.
        exhausted: why the proposer had nothing more the last time; empty when it had.
        admitted: skills admitted at that time.
        seen: facts that had been met by then.
    """

    model_config = ConfigDict(extra="forbid")

    asked: int = 0
    turn: int = -1
    tasks: list[ProposedTask] = Field(default_factory=list)
    refused: dict[str, str] = Field(default_factory=dict)
    exhausted: str = ""
    admitted: int = 0
    seen: int = 0


class SessionState(BaseModel):
    """The session on disk; written after every phase.

    Attributes:
        steps: environment steps spent. seconds: wall time spent before this process.
    """

    model_config = ConfigDict(extra="forbid")

    schema_version: Literal[1] = SCHEMA
    steps: int = 0
    seconds: float = 0.0
    jobs: int = Field(default=0, description="pieces of play so far; the next one's seed follows from it")
    skills: dict[str, SkillProgress] = Field(default_factory=dict)
    together: bool = Field(default=False, description="whether the training of all skills together is over")
    turns: int = Field(default=0, description="turns of the practice loop so far")
    growth: GrowthRecord = Field(default_factory=GrowthRecord)
    coverage: Coverage = Field(default_factory=Coverage)
    monitors: Monitors = Field(default_factory=Monitors)
    chains: ChainNotes = Field(default_factory=ChainNotes, description="the chains that were tried")
    library: LibraryMarks | None = Field(default=None, description="the library as this session left it")
    witnessed: int = Field(default=0, description="verdicts whose pictures were kept")
    housekeeping: Housekeeping = Field(default_factory=Housekeeping)
    lines: dict[str, int] = Field(
        default_factory=dict,
        description="lines in the run's journals; later ones are of a turn that was lost",
    )

    @classmethod
    def load(cls, folder: Path) -> SessionState:
        """Read a run's state; a new one when there is none. Raises `RunDamaged`."""
        path = folder / STATE_FILE
        if not path.exists():
            return cls()
        try:
            return cls.model_validate(parsed(read_file(path)))
        except (OSError, ValueError) as error:
            raise RunDamaged(
                f"{path} cannot be read ({_reason(error)}); begin a new run without --resume"
            ) from error

    def save(self, folder: Path) -> None:
        """Write the state, atomically. Raises `OSError`."""
        write_atomically(folder / STATE_FILE, self.to_bytes(), Written.STATE)

    def to_bytes(self) -> bytes:
        """The content of ``state.json``."""
        return self.model_dump_json(indent=1).encode()


def _reason(error: Exception) -> str:
    """The error in one line."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}"


class Budget:
    """Steps and wall time of a session, over all its processes."""

    def __init__(self, state: SessionState, budget_steps: int, minutes: float) -> None:
        self._state = state
        self._earlier = state.seconds
        self._budget_steps = budget_steps
        self._seconds = 60 * minutes
        self._start = time.monotonic()
        self._reserved = 0

    @property
    def seconds(self) -> float:
        """Wall time spent, earlier processes included."""
        return self._earlier + time.monotonic() - self._start

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """A block whose time is not counted, however it ends."""
        began = time.monotonic()
        try:
            yield
        finally:
            self._start += time.monotonic() - began

    @property
    def steps_left(self) -> int:
        """Environment steps left, without those that trainings under way may still take."""
        return max(0, self._budget_steps - self._state.steps - self._reserved)

    @contextmanager
    def reserving(self, steps: int) -> Iterator[None]:
        """A block that may take so many steps, which others do not count on meanwhile."""
        self._reserved += steps
        try:
            yield
        finally:
            self._reserved -= steps

    @property
    def reason(self) -> str:
        """Why the session has to end, or an empty string."""
        if self._state.steps >= self._budget_steps:
            return f"the budget of {counted(self._budget_steps, 'step')} is spent"
        if self.seconds >= self._seconds:
            minutes = self._seconds / 60
            return "the minute is over" if minutes == 1 else f"the {minutes:g} minutes are over"
        return ""

    def spend(self, steps: int) -> None:
        """Take environment steps off the budget."""
        self._state.steps += steps
        self._state.seconds = self.seconds
