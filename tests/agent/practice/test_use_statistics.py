"""Executions of admitted skills in practice are counted in the library, version by version."""

from pathlib import Path

from agent.practice.use_statistics import UseStatistics
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
    name = stored.name
    use = UseStatistics()
    played = [execution(name, "done", 4), execution(name, "not_done", 9), execution("draft", "done", 1)]
    use.note({name: stored}, [*played, execution(name, "unclear", 3)])
    newer = library.add(walk("up").skill)  # admitted again before the statistics are written
    use.note({name: newer}, [execution(name, "done", 2)])
    for _ in range(2):
        with library.change() as change:
            use.write(library, change)
        use.clear()
    assert library.use(name, 1) == SkillStats(successes=1, failures=1, unclear=1, steps=13)
    assert library.use(name) == SkillStats(successes=1, steps=2)
    assert library.load(name, 1).stats == stored.stats
    assert library.verify() == []


def test_executions_of_skills_that_are_tried_out_are_not_counted(tmp_path: Path) -> None:
    library = SkillLibrary(tmp_path, "toy")
    use = UseStatistics()
    use.note({}, [execution("draft", "done", 1)])
    with library.change() as change:
        use.write(library, change)
    assert [path.name for path in library.folder.iterdir() if not path.name.startswith(".lock")] == []
