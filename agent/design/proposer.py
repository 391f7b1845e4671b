"""Who proposes tasks while the library grows: the seat, and what whoever sits there is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from agent.llm.replies import ProposedTask
from envs.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """How far a session has come, as a proposer is told.

    Attributes:
        seen: the facts that play has shown, each with its largest value so far.
        mastered: admitted skills -> success rate in trials, 0..1.
        failed: tasks that were given up or refused -> why.
        known: everything that was proposed so far: name -> description.
        brings: facts that admitted skills bring.
        asked: how often more tasks were asked for before.
    """

    seen: Facts = field(default_factory=dict)
    mastered: Mapping[str, float] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    brings: frozenset[str] = frozenset()
    asked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """Tasks that were proposed.

    Attributes:
        tasks: the tasks; none where there is nothing more to propose.
        answer_id: of the answer that they rest on; empty where no model was asked.
        source: who proposed them, such as ``pool`` or ``model``.
        nothing_because: why there are none, when that stays so until more is learned.
        failed: why nobody could be asked now; nothing is known of what there is.
    """

    tasks: tuple[ProposedTask, ...]
    source: str
    answer_id: str = ""
    nothing_because: str = ""
    failed: str = ""


class Proposer(Protocol):
    """Proposes tasks that are worth learning next.

    Attributes:
        name: how records call it.
    """

    name: str

    def propose(self, situation: Situation, count: int) -> Proposals:
        """At most `count` tasks. Raises `LLMError` where nobody could be asked."""
        ...
