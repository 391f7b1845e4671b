"""Statistics of use: how executions of admitted skills go in practice, trials aside, kept in the library."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from planners.plan import Execution
from skills.skill import Skill, SkillStats
from skills.store.change import Change
from skills.store.store import SkillLibrary


class UseStatistics:
    """Executions that are not in the library's statistics yet, by skill and version."""

    def __init__(self) -> None:
        self._pending: dict[tuple[str, int], SkillStats] = {}

    def note(self, executed: Mapping[str, Skill], executions: Iterable[Execution]) -> None:
        """Count executions.

        Args:
            executed: the stored skills of the kit that was played with, by name; executions of others, such
                as skills that are still tried out, are left out.
            executions: what was executed outside of trials.
        """
        for execution in executions:
            if execution.skill in executed:
                key = execution.skill, executed[execution.skill].version
                before = self._pending.get(key, SkillStats())
                self._pending[key] = before.record(execution.verdict.success, execution.env_steps)

    def write(self, library: SkillLibrary, change: Change) -> None:
        """Add what was counted to the statistics beside the versions, as part of a change.

        Raises:
            UnknownSkill, LibraryDamaged, OSError: as `SkillLibrary.add_use`.
        """
        for (name, version), more in self._pending.items():
            library.add_use(name, more, version, change=change)

    def clear(self) -> None:
        """Forget what was counted; it is in the library."""
        self._pending.clear()
