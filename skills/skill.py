"""The skill record: effects, execution, statistics, lineage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from envs.facts import GAIN_KINDS, FactKind, Facts
from envs.game import Focus, GameSpec
from skills.errors import PolicyMismatch

SCHEMA = 1
"""Schema number of `skill.json`."""


Counter: TypeAlias = Annotated[int, Field(ge=0, le=10**15)]
"""How often something happened; whatever is beyond is damage."""

LARGEST_STEP_CAP = 10**9
"""Of a skill."""

LONGEST_CLAIM = 300
"""Characters of a skill's success in words."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SkillKind(StrEnum):
    """Plan4MC's skill types, and chains."""

    FIND = "find"
    ACT = "act"
    CRAFT = "craft"
    CHAIN = "chain"


class Effects(_Record):
    """Facts with counts. Source: the record format of Plan4MC.

    Attributes:
        requires: needed, and kept.
        consumes: needed, and used up.
        holds: tools that must be in hand.
        obtains: what success brings; see `reached`.
    """

    requires: dict[str, int] = Field(default_factory=dict)
    consumes: dict[str, int] = Field(default_factory=dict)
    holds: dict[str, int] = Field(default_factory=dict)
    obtains: dict[str, int] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _positive_counts(self) -> Effects:
        for part in ("requires", "consumes", "holds", "obtains"):
            for fact, count in getattr(self, part).items():
                if count < 1:
                    raise ValueError(f"{part}[{fact!r}] is {count}; a count is at least 1")
        return self

    @property
    def needs(self) -> dict[str, int]:
        """Everything that must be there at the start: the larger of requires, holds and consumes."""
        needs: dict[str, int] = {}
        for part in (self.requires, self.holds, self.consumes):
            for fact, count in part.items():
                needs[fact] = max(count, needs.get(fact, 0))
        return needs


def lacking(needs: Mapping[str, int], facts: Facts) -> dict[str, int]:
    """What of `needs` the facts do not cover: fact -> how many more.

    >>> lacking({"wood": 3, "near.table": 1}, {"wood": 1, "near.table": 1})
    {'wood': 2}
    """
    return {fact: count - facts.get(fact, 0) for fact, count in needs.items() if facts.get(fact, 0) < count}


def is_gain(kind: FactKind) -> bool:
    """Whether an `obtains` entry of this kind means an increase (True) or a value to be reached (False)."""
    return kind in GAIN_KINDS


def reached(obtains: Mapping[str, int], kinds: Mapping[str, FactKind], before: Facts, after: Facts) -> bool:
    """Whether the effects came true between two moments.

    Counts and events must have risen by the number given; every other fact must have reached it.
    """
    for fact, count in obtains.items():
        value = after.get(fact, 0)
        if kinds.get(fact, "count") in GAIN_KINDS:
            value -= before.get(fact, 0)
        if value < count:
            return False
    return True


class FocusRecord(_Record):
    """`envs.game.Focus` on disk."""

    seek: tuple[str, ...] = ()
    explore: str = "anywhere"

    def focus(self) -> Focus:
        """The focus that a game takes."""
        return Focus(seek=self.seek, explore=self.explore)


class OptionCode(_Record):
    """The model-written halves of an option; sandboxed source, run only through `skills.code.sandbox`.

    Attributes:
        initiation: source of ``def initiation(facts) -> bool``.
        termination: source of ``def termination(start, facts, steps) -> bool``: give up or stop early.
    """

    initiation: str = ""
    termination: str = ""


class PolicyRecord(_Record):
    """Where actions come from.

    Attributes:
        kind: ``learned`` (a network in policy.zip), ``scripted`` (one game action, tried from a few
            squares), ``chain`` (other skills in order).
        action: the action's name, for ``scripted``.
        parts: skill names, for ``chain``.
        until: for ``scripted``: True repeats the action until the effects are reached.
        sha256: of policy.zip, for ``learned``.
    """

    kind: Literal["learned", "scripted", "chain"]
    action: str = ""
    parts: tuple[str, ...] = ()
    until: bool = False
    sha256: str = ""


class SkillStats(_Record):
    """Outcomes of executions on fresh seeds; ``unclear`` never counts as success or failure."""

    successes: Counter = 0
    failures: Counter = 0
    unclear: Counter = 0
    steps: Counter = Field(default=0, description="environment steps over all judged executions")

    @property
    def attempts(self) -> int:
        """Executions with a clear outcome."""
        return self.successes + self.failures

    @property
    def success_rate(self) -> float:
        """Posterior mean under a uniform Beta(1, 1) prior."""
        return (self.successes + 1) / (self.attempts + 2)

    @property
    def mean_steps(self) -> float:
        """Environment steps per execution; 1.0 before any evidence."""
        return self.steps / self.attempts if self.attempts else 1.0

    def __add__(self, more: SkillStats) -> SkillStats:
        """Both taken together."""
        return SkillStats(
            successes=self.successes + more.successes,
            failures=self.failures + more.failures,
            unclear=self.unclear + more.unclear,
            steps=self.steps + more.steps,
        )

    def record(self, success: bool | None, steps: int) -> SkillStats:
        """The statistics after one more execution; ``None`` is unclear."""
        if success is None:
            return self.model_copy(update={"unclear": self.unclear + 1})
        return self.model_copy(
            update={
                "successes": self.successes + int(success),
                "failures": self.failures + int(not success),
                "steps": self.steps + steps,
            }
        )


class PreferenceRecord(_Record):
    """The reward learned from preferences, kept in preference.json, and the answers that it rests on.

    Attributes:
        sha256: of preference.json.
        events: distinct events that were graded.
        answers: model answers.
        pairs_compared: pairs of events that were also compared one by one, in both orders; 0 for none.
        pairs_agreed: of these, how many came out as the grades imply.
    """

    sha256: str
    events: Counter
    answers: Counter
    pairs_compared: Counter = 0
    pairs_agreed: Counter = 0

    @model_validator(mode="after")
    def _no_more_than_compared(self) -> PreferenceRecord:
        if self.pairs_agreed > self.pairs_compared:
            raise ValueError(f"{self.pairs_agreed} of {self.pairs_compared} pairs agreed; that is too many")
        return self


class Lineage(_Record):
    """Where a skill comes from."""

    run: str = ""
    parent: str = Field(default="", description="skill whose weights the training started from")
    parts: tuple[str, ...] = Field(
        default=(), description="of a chain: its parts when it was made, as name vN"
    )
    answers: tuple[str, ...] = Field(default=(), description="ids of the model answers it rests on")
    source: str = Field(default="", description="how those answers came about")
    train_steps: Counter = Field(default=0, description="environment steps of its training, all rounds")
    seed: Annotated[int, Field(ge=-(2**63), lt=2**64)] = 0


class Skill(_Record):
    """One skill, as stored in ``skill.json``.

    Attributes:
        claim: success in words, judged by looking, for a skill whose success no fact states; its
            `effects.obtains` is empty, or what is known to come along. Empty for all others.
        preference: the record of the reward learned from preferences; None without one.
        step_cap: steps after which an execution is stopped and counts as failed.
        actions: game actions that a learned policy chooses from; all of them when empty.
        encoding: version of the game's encoding that the policy was trained on.
    """

    schema_version: int = SCHEMA
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: Annotated[int, Field(ge=1, lt=10**9)] = 1
    game: str
    kind: SkillKind
    description: str
    claim: str = Field(default="", max_length=LONGEST_CLAIM)
    effects: Effects
    focus: FocusRecord = FocusRecord()
    option: OptionCode = OptionCode()
    reward: str = Field(default="", description="source of def reward(before, after) -> float; sandboxed")
    preference: PreferenceRecord | None = None
    policy: PolicyRecord
    step_cap: Annotated[int, Field(ge=1, le=LARGEST_STEP_CAP)] = 200
    actions: tuple[str, ...] = ()
    encoding: Annotated[int, Field(ge=1, le=10**6)] = 1
    stats: SkillStats = SkillStats()
    lineage: Lineage = Lineage()


def require_encoding(skills: Iterable[Skill], spec: GameSpec) -> None:
    """Raise `PolicyMismatch` when networks were trained on another version of the game's encoding."""
    old = [skill for skill in skills if skill.policy.kind == "learned" and skill.encoding != spec.encoding]
    if old:
        names = ", ".join(skill.name for skill in old)
        raise PolicyMismatch(
            f"trained on version {old[0].encoding} of the {spec.name} encoding, and this is version "
            f"{spec.encoding}: {names}. Networks cannot be carried over; practise into a new library "
            "(--library FOLDER)"
        )


def unknown_facts(effects: Effects, spec: GameSpec) -> list[str]:
    """Facts that the effects mention and the game does not have, sorted."""
    mentioned = {*effects.requires, *effects.consumes, *effects.holds, *effects.obtains}
    return sorted(mentioned - set(spec.fact_index))
