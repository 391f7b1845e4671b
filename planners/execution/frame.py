"""A skill under way, as the runner keeps it while guards and parts of chains run on top of it."""

from __future__ import annotations

from dataclasses import dataclass

from envs.facts import Facts
from planners.execution.chain import ChainProgress
from planners.execution.looking import Watch
from planners.execution.option import Option
from planners.execution.views import Views


@dataclass(slots=True)
class Frame:
    """A skill under way.

    Attributes:
        before: the facts at its start.
        cap: environment steps after which it is stopped.
        used: environment steps taken so far, without those of guards.
        interrupted_by: the last guard skill that pre-empted it.
        views: captions, pictures and screens, where the judge wants them.
        fault: what was wrong with its code, if that failed.
        watch: the looks at it, where a judge says whether it succeeds; None where facts do.
        chain: how far it has come, for a chain.
        is_part: whether the skill below it is a chain that executes it as a part.
    """

    skill: str
    option: Option
    before: Facts
    cap: int
    views: Views
    watch: Watch | None = None
    used: int = 0
    interrupted_by: str = ""
    fault: str = ""
    chain: ChainProgress | None = None
    is_part: bool = False
