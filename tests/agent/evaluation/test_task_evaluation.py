"""Suites with tasks: loading, playing, going on, what cannot be run, and policies out of a library."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.config import EvalConfig, to_record
from agent.errors import BadConfig, EvaluationFailed, MissingPrerequisite, UnknownTask
from agent.evaluation.episodes import EpisodeRecord, EpisodeSpec, play_episode
from agent.evaluation.evaluate import evaluate, recorded_episodes, summarise
from agent.evaluation.players import policy_for, require_policies
from agent.evaluation.suites.suite import Suite, load_suite, read_suite
from agent.play.kit import PolicyOverSkills
from agent.play.load import load_policies_over_skills, save_policies_over_skills, short_name
from agent.records.runs import Run
from envs.errors import GameDied, MissingDependency
from envs.facts import FAR
from envs.nethack.engine import Engine, Setup
from envs.nethack.game import NetHackGame
from envs.registry import game_spec
from envs.seeding import EVALUATION_BASE, training_seed
from planners.graph.graph import SkillGraph
from skills.skill import Effects, PolicyRecord, Skill, SkillKind, SkillStats
from skills.store.store import SkillLibrary

BALROG = "balrog-minihack"
TASK_SUITES = ("maestromotif", BALROG, "balrog-nethack", "minihack-skills")
CORRIDOR = """
def choose(start, facts, last, failures):
    return "" if failures > 1 else "look_around"
"""


def open_run(tmp_path: Path, config: EvalConfig) -> Run:
    return Run.create(tmp_path / "runs", command="eval", game="nethack", seed=0, config=to_record(config))


def build_library(root: Path, **sources: str) -> None:
    """One skill that searches once, and policies over it by the names given."""
    spec = game_spec("nethack")
    shelf = SkillLibrary(root, "nethack")
    graph = SkillGraph("nethack", spec.fact_kinds, {fact.name: fact.high for fact in spec.facts})
    stats, effects = SkillStats(successes=9, failures=1, steps=10), Effects(obtains={"did.search": 1})
    shelf.add(
        Skill(
            name="look_around", game="nethack", kind=SkillKind.ACT, description="search", effects=effects,
            policy=PolicyRecord(kind="scripted", action="search"), stats=stats,
        )
    )  # fmt: skip
    graph.add_skill("look_around", SkillKind.ACT, effects, stats=stats, available=True)
    graph.save(shelf.graph_path)
    save_policies_over_skills(
        shelf,
        {
            name.replace("__", "/").replace("_", "-"): PolicyOverSkills(
                task=name, source=source, skills=("look_around",)
            )
            for name, source in sources.items()
        },
    )


def record(task: str, seed: int, steps: int = 10, status: str = "DEATH", **figures: float) -> EpisodeRecord:
    return EpisodeRecord(seed=seed, status=status, env_steps=steps, used=steps, task=task, figures=figures)


class TestSuites:
    @pytest.mark.slow
    @pytest.mark.parametrize("name", TASK_SUITES)
    def test_shipped_suites_can_be_played_or_say_why_not(self, name: str) -> None:
        suite = load_suite(name)
        spec = game_spec(suite.game)
        missing = {task.name for task in suite.tasks if task.why_not_run()}
        assert missing <= {"boxoban-medium", "boxoban-hard"}
        for task in suite.tasks:
            assert set(task.actions) <= set(spec.actions), task.name
            assert all(figure.source for figure in task.figures)
            assert task.policy == f"{name}/{task.name}"
        assert all(figure.source and figure.note for figure in suite.figures)
        assert set(suite.overall) <= set(suite.tasks[0].criteria)

    def test_published_figures(self) -> None:
        tasks = {task.name: task for task in load_suite("maestromotif").tasks}
        assert list(tasks) == [
            "gnomish", "delphi", "minetown", "transactions", "price", "buc", "goldenexit", "levelupsell",
            "discoveryhunger",
        ]  # fmt: skip
        assert [task.figures[0].value for task in tasks.values()] == [
            46, 29, 7.2, 0.66, 0.47, 1.60, 24.80, 7.09, 7.91,
        ]  # fmt: skip
        assert all(list(task.criteria) == ["literal", "true"] for task in tasks.values())
        balrog = load_suite(BALROG)
        assert max(figure.value for figure in balrog.figures) == 92.5
        best = {task.name: task.figures[0].value for task in balrog.tasks}
        assert (best["mazewalk-9x9"], best["quest-easy"]) == (100, 0)

    @pytest.mark.slow
    def test_caps_are_those_of_the_levels(self) -> None:
        for task in load_suite("minihack-skills").tasks:
            engine = Engine(Setup(**task.game_options))
            assert engine.step_limit == task.cap, task.name
            engine.close()
        assert {task.cap for task in load_suite(BALROG).tasks} == {100}
        assert {task.cap for task in load_suite("maestromotif").tasks} == {10_000}

    def test_the_monk_of_the_protocol_starts_without_a_pet_under_the_options_of_the_protocol(self) -> None:
        task = load_suite("maestromotif").tasks[0]
        assert "pickup_types:$/%?!" in Path(task.game_options["nethackrc"]).read_text()
        game = NetHackGame(**task.game_options)
        game.reset(3)
        facts = game.facts()
        assert (facts["alignment"], facts["distance.pet"]) == (0, FAR)
        assert any("robe" in item.text for item in game.items)
        game.close()

    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            ('[[tasks]]\nname = "a"\ntext = "b"\ncap = 0\ncriteria = {x = {kind = "sales"}}', "cap is 0"),
            ('[[tasks]]\nname = "a"\ntext = "b"\ncap = 5\nunit = "turns"\ncriteria = {x = {kind = "sales"}}',
             "unit is 'turns'"),
            ('[[tasks]]\nname = "a"\ntext = "b"\ncap = 5\ncriteria = {x = {kind = "sale"}}',
             "no criterion 'sale'; did you mean 'sales'"),
            ('[[tasks]]\nname = "a"\ntext = "b"\ncap = 5\ncriteria = {}', "'a' has no criteria"),
            ('[[tasks]]\nname = "a"\ntext = "b"\ncap = 5\nlevel = "x"\ncriteria = {x = {kind = "sales"}}',
             "task 'a': no setting 'level'; known settings: name, text, cap"),
            ("", "it has no tasks; expected a table"),
        ],
    )  # fmt: skip
    def test_malformed_tasks(self, tmp_path: Path, text: str, complaint: str) -> None:
        path = tmp_path / "x.toml"
        head = 'schema = 1\nname = "x"\ntitle = "X"\ngame = "nethack"\nmetric = "tasks"\nprotocol = ""\n'
        path.write_text(head + text)
        with pytest.raises(BadConfig, match=complaint):
            read_suite(path)

    def test_an_unknown_task_is_refused_with_the_nearest(self) -> None:
        with pytest.raises(UnknownTask, match=r"no task 'gnomis'; did you mean 'gnomish'"):
            load_suite("maestromotif").chosen("gnomis")
        with pytest.raises(UnknownTask, match="has no tasks to choose from"):
            load_suite("crafter-score").chosen("gnomish")


class TestEvaluation:
    @pytest.mark.slow
    def test_tasks_are_streamed_resumed_and_told_apart(self, tmp_path: Path) -> None:
        config = EvalConfig(suite=BALROG, episodes=2, baseline="random", workers=1, seeds="practice")
        suite = load_suite(BALROG)
        first = training_seed(0, "eval", 0)
        with open_run(tmp_path, config) as run:  # as if a kill had left one episode of two tasks
            for task in ("mazewalk-9x9", "corridor-r3"):
                run.event("episode", **record(task, first, literal=1.0, true=1.0).to_record())
            report = evaluate(config, suite, run)
            again = list(recorded_episodes(run))
            events = [event for event in run.events() if event["kind"] == "not_run"]
        assert [event["task"] for event in events] == list(report.not_run)
        assert len(again) == len(report.episodes) == 2 * (len(suite.tasks) - len(report.not_run))
        assert report.episodes[0] == record("mazewalk-9x9", first, literal=1.0, true=1.0)
        assert all(episode.seed < EVALUATION_BASE for episode in report.episodes)
        assert report.metrics["mazewalk-9x9/literal"].mean >= 50
        assert all(episode.used <= 100 for episode in report.episodes)

    def test_what_is_missing_is_not_run_and_no_zero(self, tmp_path: Path) -> None:
        config = EvalConfig(suite=BALROG, episodes=1, baseline="random", workers=1, task="boxoban-hard")
        suite = load_suite(BALROG)
        if not suite.chosen("boxoban-hard")[0].why_not_run():
            pytest.skip("the Boxoban maps are here")
        with open_run(tmp_path, config) as run:
            report = evaluate(config, suite, run)
        assert report.metrics == {}
        document = report.to_record()
        assert document["metrics"] == {}
        (entry,) = document["tasks"]
        assert (entry["task"], entry["n"]) == ("boxoban-hard", 0)
        assert "download maps" in entry["not_run"]

    def test_a_level_that_may_not_be_missing_stops_the_evaluation(self, tmp_path: Path) -> None:
        path = tmp_path / "x.toml"
        path.write_text(
            'schema = 1\nname = "x"\ntitle = "X"\ngame = "nethack"\nmetric = "tasks"\nprotocol = ""\n'
            '[[tasks]]\nname = "a"\ntext = "b"\ncap = 5\ncriteria = {x = {kind = "level_won"}}\n'
            'options = {level = "MiniHack-Boxoban-Hard-v0"}\n'
        )
        task = read_suite(path).tasks[0]
        if load_suite(BALROG).chosen("boxoban-hard")[0].why_not_run():
            with pytest.raises(MissingDependency, match="needs what minihack does not bring"):
                task.why_not_run()

    def test_summary_by_hand(self) -> None:
        suite = load_suite("maestromotif")
        episodes = [
            record("gnomish", 1, 100, literal=1.0, true=1.0),
            record("gnomish", 2, 300, literal=0.0, true=1.0),
            record("gnomish", 3, 200, "TIME_LIMIT", literal=0.0, true=0.0),
            record("transactions", 1, literal=3.0, true=2.0),
            record("transactions", 2, literal=0.0, true=0.0),
        ]
        metrics = summarise(suite, episodes).metrics
        assert metrics["gnomish/literal"].mean == pytest.approx(100 / 3)
        assert metrics["gnomish/true"].mean == pytest.approx(200 / 3)
        assert metrics["gnomish/died"].mean == pytest.approx(200 / 3)
        assert metrics["gnomish/steps"].mean == 200
        assert metrics["transactions/literal"].mean == 1.5
        assert metrics["transactions/true"].interval.high == 2.0  # resampled, and not a rate
        assert not any(name.startswith(("delphi", "overall")) for name in metrics)

    def test_the_mean_over_tasks_is_over_those_played(self) -> None:
        suite = load_suite(BALROG)
        episodes = [
            record("mazewalk-9x9", 1, literal=1.0, true=1.0),
            record("quest-easy", 1, literal=0, true=1),
        ]
        metrics = summarise(suite, episodes).metrics
        assert (metrics["overall/literal"].mean, metrics["overall/literal"].n) == (50.0, 2)
        assert metrics["overall/true"].mean == 100.0

    @pytest.mark.slow
    @pytest.mark.parametrize("deaths", [1, 2])
    def test_a_game_that_dies_is_played_again_and_never_counts_as_failed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deaths: int
    ) -> None:
        press, left = Engine.press, [deaths]

        def fail(engine: Engine, key: int) -> None:
            if engine.keys > 20 and left[0]:
                left[0] -= 1
                raise GameDied("made up")
            press(engine, key)

        monkeypatch.setattr(Engine, "press", fail)
        config = EvalConfig(suite=BALROG, episodes=1, baseline="random", workers=1, task="mazewalk-15x15")
        with open_run(tmp_path, config) as run:
            if deaths == 1:
                report = evaluate(config, load_suite(BALROG), run)
                assert report.n == 1 and report.episodes[0].status != "ABORTED"
            else:
                with pytest.raises(EvaluationFailed, match=r"the game aborted the episode .* made up"):
                    evaluate(config, load_suite(BALROG), run)
                assert list(recorded_episodes(run)) == []
            errors = [event for event in run.events() if event["kind"] == "error"]
        assert len(errors) == deaths
        assert {error["task"] for error in errors} == {"mazewalk-15x15"}


class TestPlayers:
    def spec(self, suite: Suite, task: str, library: Path | None) -> EpisodeSpec:
        (chosen,) = suite.chosen(task)
        return EpisodeSpec(
            game="nethack", seed=training_seed(0, "tasks"), max_steps=chosen.cap, task=chosen,
            player="library" if library else "random", library=library,
        )  # fmt: skip

    @pytest.mark.slow
    def test_random_episodes_repeat(self) -> None:
        spec = self.spec(load_suite("minihack-skills"), "river", None)
        episode = play_episode(spec)
        assert episode == play_episode(spec)
        assert EpisodeRecord.from_record(episode.to_record()) == episode
        assert episode.skills == () and episode.used >= episode.env_steps > 0

    def test_the_library_s_policy_for_the_task_is_carried_out(self, tmp_path: Path) -> None:
        twice = """
def choose(start, facts, last, failures):
    return "" if facts["did.search"] >= 2 else "look_around"
"""
        build_library(tmp_path, minihack_skills__eat=twice)
        spec = self.spec(load_suite("minihack-skills"), "eat", tmp_path)
        episode = play_episode(spec)
        assert episode.skills == ("look_around", "look_around")
        assert (episode.end, episode.figures) == ("the policy is done", {"true": 0.0})

    @pytest.mark.slow
    def test_a_policy_that_is_stuck_is_begun_anew_until_the_cap(self, tmp_path: Path) -> None:
        for_ever = """
def choose(start, facts, last, failures):
    return "look_around"
"""
        build_library(tmp_path, minihack_skills__eat=for_ever)
        spec = self.spec(load_suite("minihack-skills"), "eat", tmp_path)
        assert spec.task is not None
        episode = play_episode(spec)
        assert (episode.status, episode.used) == ("TIME_LIMIT", spec.task.cap)

    @pytest.mark.slow
    def test_missing_policies_are_all_named_before_anything_is_played(self, tmp_path: Path) -> None:
        build_library(tmp_path, balrog_minihack__quest_easy=CORRIDOR)
        suite = load_suite(BALROG)
        message = (
            r"no policy over skills by the name of 'balrog-minihack/mazewalk-9x9', .*; it has: "
            r"balrog-minihack/quest-easy\. Have one written with: journeyman solve \"walk through a small"
        )
        with pytest.raises(MissingPrerequisite, match=message) as caught:
            require_policies(suite.tasks, tmp_path)
        if suite.chosen("boxoban-hard")[0].why_not_run():
            assert "boxoban" not in str(caught.value)
        require_policies(suite.chosen("quest-easy"), tmp_path)
        build_library(tmp_path / "solved", play=CORRIDOR)
        shelf = SkillLibrary(tmp_path / "solved", "nethack")
        (task,) = suite.chosen("corridor-r3")
        kept = PolicyOverSkills(task=task.text, source=CORRIDOR, skills=("look_around",))
        save_policies_over_skills(shelf, {short_name(task.text): kept})
        require_policies((task,), tmp_path / "solved")
        assert policy_for(task, load_policies_over_skills(shelf)) == kept
        spec = self.spec(suite, "corridor-r3", tmp_path)
        with pytest.raises(MissingPrerequisite, match="'balrog-minihack/corridor-r3'"):
            play_episode(spec)

    def test_a_policy_whose_code_fails_is_no_failed_episode(self, tmp_path: Path) -> None:
        broken = """
def choose(start, facts, last, failures):
    return "look_around" if facts["did.search"] < 1 else 1 // 0
"""
        build_library(tmp_path, minihack_skills__eat=broken)
        spec = self.spec(load_suite("minihack-skills"), "eat", tmp_path)
        with pytest.raises(RuntimeError, match="minihack-skills/eat: the policy's code failed in play"):
            play_episode(spec)


def test_bad_settings() -> None:
    with pytest.raises(BadConfig, match="seeds is 'training'; expected 'evaluation' or 'practice'"):
        EvalConfig(suite="maestromotif", seeds="training")
