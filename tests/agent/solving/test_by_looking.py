"""Tasks that no fact states: skills near to their words, judged by looking; unclear has an exit code."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.cli import main
from agent.cli.conversation import TerminalConversation
from agent.config import SolveConfig
from agent.judges.errors import NoJudge
from agent.judges.path import JudgingPath
from agent.llm.answer_pack import AnswerPack
from agent.llm.pack_writer import record_authored
from agent.llm.vocabulary import game_variables
from agent.person import Nobody, NobodyThere
from agent.play.load import load_kit
from agent.records.runs import list_runs
from agent.solving.by_looking import can_look, claimed
from agent.solving.judging import can_judge
from agent.solving.looking import MOST_ROUNDS
from agent.solving.nearest import nearest_skills
from agent.solving.parts import by_words, choose_parts
from agent.solving.solve import solve
from envs.registry import game_spec
from planners.errors import NotInFacts, NotUnderstood, UnknownGoal
from planners.execution.judge import JudgeTask
from planners.graph.graph import SkillGraph
from planners.plan import Goal, Outcome, Verdict
from skills.skill import Effects, SkillKind
from tests.agent.toy_library import build_toy_library

TASK = "gather wood in the corner of the map"


class Says:
    """A judge that says things in turn, the last of them for ever."""

    name, wants_captions, wants_frames, wants_screens = "says", True, True, False

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes, self.shown = list(outcomes), list[JudgeTask]()

    def judge(self, task: JudgeTask) -> Verdict:
        self.shown.append(task)
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        return Verdict(outcome=outcome, reason=f"it looks {outcome}", judge="says", confidence=0.75)


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Says]:
    def put(*outcomes: Outcome) -> Says:
        judge = Says(*outcomes)
        path = JudgingPath(looking=(judge,))
        monkeypatch.setattr("agent.solving.judging.open_judge", lambda *given, **more: path)
        return judge

    return put


@pytest.fixture
def config(tmp_path: Path) -> Callable[..., SolveConfig]:
    build_toy_library(tmp_path / "library")

    def make(task: str = TASK, **rest: Any) -> SolveConfig:
        values = {"workers": 1, "runs_dir": tmp_path / "runs", "judge": "ask", **rest}
        return SolveConfig(task=task, game="toy", library=tmp_path / "library", **values)

    return make


def test_done_when_the_judge_says_so(config: Callable[..., SolveConfig], says: Callable[..., Says]) -> None:
    judge = says("not_done", "done")
    told: list[Goal] = []
    report = solve(config(), understood=told.append)
    (episode,) = report.episodes
    assert (report.successes, report.unclear, episode.skills) == (1, 0, ("gather", "gather"))
    assert told[0].in_words() == ("a task that no fact states, judged by looking; by its words: gather")
    first, second = judge.shown
    assert (first.claim, first.before) == (TASK, second.before)
    assert len(second.frames) >= 2 and second.frame_steps[-1] > first.frame_steps[-1]
    record = report.to_record()
    assert record["by_looking"] == {"skills": ["gather"], "how": "words", "answer_id": ""}
    assert record["episodes"][0]["verdict"]["judge"] == "says"
    assert record["understood"] == {}


def test_unclear_counts_as_neither(config: Callable[..., SolveConfig], says: Callable[..., Says]) -> None:
    judge = says("unclear")
    report = solve(config(episodes=2))
    assert (report.successes, report.unclear) == (0, 2)
    record = report.to_record()
    assert (record["unclear"], record["ci95"]) == (2, [0.0, 1.0])
    assert len(judge.shown) <= 2 * MOST_ROUNDS
    (run,) = list_runs(config().runs_dir)
    assert [e["verdict"]["outcome"] for e in run.events() if e["kind"] == "episode"] == ["unclear"] * 2


class Person:
    """Somebody at the terminal who answers in turn."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.told = list(answers), list[str]()

    def tell(self, text: str) -> None:
        self.told.append(text)

    def ask(self, question: str) -> str:
        return self.answers.pop(0)


def test_a_person_may_look(config: Callable[..., SolveConfig]) -> None:
    somebody = Person("n not yet", "what?", "y there it is")
    report = solve(config(), conversation=somebody)
    (episode,) = report.episodes
    assert episode.success and episode.verdict is not None and episode.verdict.reason == "there it is"
    assert episode.skills == ("gather", "gather") and somebody.answers == []
    assert any(TASK in text for text in somebody.told)
    (run,) = list_runs(config().runs_dir)
    assert list((run.path / "media").glob("attempt-*.png"))


def test_nobody_to_ask(config: Callable[..., SolveConfig]) -> None:
    with pytest.raises(NoJudge, match="nobody can be asked here"):
        solve(config())


BETWEEN = "gather wood between two corners"


def test_what_no_facts_can_state_is_looked_at_where_somebody_looks(
    config: Callable[..., SolveConfig], says: Callable[..., Says]
) -> None:
    with pytest.raises(NotInFacts, match="It can be judged by looking, too: --judge ask"):
        solve(config(BETWEEN, judge="auto"))
    says("done")
    assert solve(config(BETWEEN, judge="chat")).successes == 1
    assert solve(config(BETWEEN, judge="auto")).successes == 1
    with pytest.raises(UnknownGoal, match="no whole number"):
        solve(config("gather -3 wood", judge="chat"))


def test_a_judge_that_does_not_exist_is_told_first(config: Callable[..., SolveConfig]) -> None:
    for task in ("gather wood", "xyzzy", BETWEEN):
        with pytest.raises(NoJudge, match="no judge 'bogus'"):
            solve(config(task, judge="bogus"))


def test_without_a_terminal_nothing_is_played(
    config: Callable[..., SolveConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n" * 9))
    for nobody in (TerminalConversation(), Nobody()):
        with pytest.raises(NobodyThere, match="nobody can be asked"):
            solve(config(), conversation=nobody)
    assert list_runs(config().runs_dir) == []


def test_who_may_look(config: Callable[..., SolveConfig], says: Callable[..., Says]) -> None:
    says("done")
    spec, skills = game_spec("toy"), load_kit(config().library, "toy").skills
    assert can_look(config(), skills, spec)
    assert not can_look(config(judge="facts"), skills, spec)
    assert not can_look(config("wod=3"), skills, spec)
    assert not can_look(config("fly to the moon"), skills, spec)


def test_a_judge_that_does_not_understand_a_claim_is_not_asked_unless_it_was_chosen() -> None:
    class Knows(Says):
        def understands(self, claim: str) -> bool:
            return "row" in claim

    path = JudgingPath(looking=(Knows("done"),))
    assert can_judge(path, "a row of stones", chosen=False)
    assert not can_judge(path, "a diamond pickaxe", chosen=False)
    assert can_judge(path, "a diamond pickaxe", chosen=True)
    assert not can_judge(JudgingPath(), "a row of stones", chosen=True)


def test_where_nobody_can_look_the_task_is_refused_as_before(config: Callable[..., SolveConfig]) -> None:
    with pytest.raises(NotUnderstood, match="left over"):
        solve(config(judge="auto"))
    assert list_runs(config().runs_dir) == []


@pytest.mark.parametrize(
    ("outcome", "code", "said"), [("unclear", 4, "unclear"), ("not_done", 1, "no"), ("done", 0, "yes")]
)
def test_exit_codes_and_what_is_said(
    config: Callable[..., SolveConfig],
    says: Callable[..., Says],
    capsys: pytest.CaptureFixture[str],
    outcome: Outcome,
    code: int,
    said: str,
) -> None:
    says(outcome)
    given = config()
    command = ["solve", TASK, "-g", "toy", "--library", str(given.library), "--runs-dir", str(given.runs_dir)]
    assert main([*command, "--judge", "chat"]) == code
    text = capsys.readouterr().out
    assert "judged by looking" in text and f"says: {outcome.replace('_', ' ')}: it looks {outcome}" in text
    assert said in text
    assert main([*command, "--judge", "chat", "--json"]) == code
    assert json.loads(capsys.readouterr().out)["by_looking"]["how"] == "words"


class TestParts:
    SPEC = game_spec("toy")

    def test_a_recorded_proposal_is_taken(self, config: Any, says: Any, tmp_path: Path) -> None:
        says("done")
        given = config("gather wood beside a bench in the corner", llm=f"recorded:{tmp_path / 'pack.json'}")
        _record(given, tmp_path / "pack.json", ["build_bench", "gather"])
        report = solve(given)
        assert report.parts is not None
        assert (report.parts.skills, report.parts.how) == (("build_bench", "gather"), "proposed")
        assert report.parts.answer_id

    def test_words_put_skills_in_the_order_in_which_they_are_named(self, config: Any) -> None:
        skills = load_kit(config().library, "toy").skills
        task = "build a bench and gather what lies around"
        near = nearest_skills(task, skills, self.SPEC)
        assert by_words(task, near, self.SPEC) == ("build_bench", "gather")

    def test_one_that_was_learned_for_just_this_is_taken_alone(self, config: Any) -> None:
        skills = dict(load_kit(config().library, "toy").skills)
        task = "build a bench and gather what lies around"
        skills["gather"] = skills["gather"].model_copy(update={"claim": f"{task.capitalize()}."})
        parts = choose_parts(task, skills, self.SPEC)
        assert parts is not None and parts.skills == ("gather",)

    def test_one_that_is_near_enough_is_taken_alone(self, config: Any) -> None:
        parts = choose_parts("build bench", load_kit(config().library, "toy").skills, self.SPEC)
        assert parts is not None and (parts.skills, parts.how) == (("build_bench",), "nearest")
        assert choose_parts("fly", {}, self.SPEC) is None


def _record(given: SolveConfig, path: Path, skills: list[str]) -> None:
    """Record an answer to the question which skills do the task."""
    kit = load_kit(given.library, "toy")
    listed = "\n".join(f"- {name}: {skill.description}" for name, skill in sorted(kit.skills.items()))
    pack = AnswerPack("toy")
    variables = {"task": given.task, "skills": listed, **game_variables(game_spec("toy"))}
    record_authored("task_chain", variables, {"skills": skills, "reason": "for the test"}, pack)
    pack.save(path)


def test_a_skill_that_was_learned_for_just_this_is_taken_whatever_facts_the_words_say() -> None:
    spec = game_spec("toy")
    graph = SkillGraph(spec.name, spec.fact_kinds, {fact.name: fact.high for fact in spec.facts})
    graph.add_skill("corner", SkillKind.FIND, Effects(), success_in_words="stand next to a tree")
    assert not claimed("Stand next to a tree.", graph)
    graph.set_available("corner", True)
    assert claimed(" Stand next to a  tree.", graph)
    assert not claimed("stand next to", graph)
    assert not claimed("", graph)
