"""Executions of admitted skills in practice are counted in the library, version by version."""

from pathlib import Path

from agent.practice.use_statistics import record_use
from agent.testing.toy import walk
from planners.plan import Execution, Verdict
from skills.skill import SkillStats
from skills.store.store import SkillLibrary


def execution(skill: str, outcome: str, steps: int) -> Execution:
    verdict = Verdict(outcome=outcome, reason="", judge="facts")  # type: ignore[arg-type]
    return Execution(skill=skill, verdict=verdict, env_steps=steps, before={}, after={})


def test_executions_are_added_to_the_version_that_was_executed(tmp_path: Path) -> None:
    library = SkillLibrary(tmp_path, "toy")
    stored = library.add(walk("up").skill)
    library.add(walk("up").skill)  # admitted again before the statistics are written
    name = stored.name
    kit = {name: stored}
    played = [execution(name, "done", 4), execution(name, "not_done", 9), execution("draft", "done", 1)]
    record_use(library, kit, [*played, execution(name, "unclear", 3)])
    record_use(library, kit, [execution(name, "done", 5)])
    assert library.use(name, 1) == SkillStats(successes=2, failures=1, unclear=1, steps=18)
    assert library.use(name) == SkillStats()
    assert library.load(name, 1).stats == stored.stats
    assert library.verify() == []


def test_nothing_played_writes_nothing(tmp_path: Path) -> None:
    library = SkillLibrary(tmp_path, "toy")
    record_use(library, {}, [execution("draft", "done", 1)])
    assert not library.folder.exists()
