"""Errors of the project become a message and an exit code; anything else is a bug and keeps its traceback."""

from __future__ import annotations

from dataclasses import dataclass

NOT_REACHED = 1
BAD_INPUT = 2
MISSING = 3
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Failure:
    """What is shown and returned."""

    message: str
    exit_code: int


def explain(error: Exception) -> Failure | None:
    """The failure that an error stands for; None when it is none of the project's own."""
    from agent.errors import AgentError, MissingPrerequisite
    from envs.errors import GameError, MissingDependency, TooLittle
    from envs.shortage import shortage
    from planners.errors import NoPlan, PlanningError
    from skills.errors import SandboxUnavailable, SkillError

    if isinstance(error, MissingPrerequisite | MissingDependency | SandboxUnavailable | TooLittle):
        return Failure(str(error), MISSING)
    if advice := shortage(error):
        return Failure(advice, MISSING)
    if isinstance(error, NoPlan):
        return Failure(str(error), NOT_REACHED)
    if isinstance(error, AgentError | GameError | SkillError | PlanningError):
        return Failure(str(error), BAD_INPUT)
    if isinstance(error, OSError) and error.filename is not None:
        return Failure(f"{error.strerror}: {str(error.filename)!r}", BAD_INPUT)
    return None
