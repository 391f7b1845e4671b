"""Statistics of use: how executions of admitted skills go in practice, trials aside, kept in the library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planners.plan import Execution
from skills.skill import Skill, SkillStats
from skills.store.store import SkillLibrary


def record_use(library: SkillLibrary, executed: Mapping[str, Skill], executions: Iterable[Execution]) -> None:
    """Add executions to the statistics beside the versions that were executed.

    Args:
        library: where they are kept.
        executed: the stored skills of the kit that was played with, by name; executions of others, such as
            skills that are still tried out, are left out.
        executions: what was executed outside of trials.

    Raises:
        UnknownSkill, LibraryDamaged, LibraryLocked, LibraryNotWritable: as `SkillLibrary.add_use`.
    """
    use: dict[str, SkillStats] = {}
    for execution in executions:
        if execution.skill in executed:
            before = use.get(execution.skill, SkillStats())
            use[execution.skill] = before.record(execution.verdict.success, execution.env_steps)
    for name, more in use.items():
        library.add_use(name, more, executed[name].version)
