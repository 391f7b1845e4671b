import multiprocessing
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.config import EvalConfig, to_record
from agent.errors import BadConfig, EvaluationFailed, MissingPrerequisite, UnknownSuite
from agent.evaluation.episodes import EpisodeRecord, EpisodeSpec, play_episode
from agent.evaluation.evaluate import EpisodePlayer, evaluate, play_episodes, recorded_episodes, summarise
from agent.evaluation.players import Played
from agent.evaluation.scoring.achievements import AchievementGame
from agent.evaluation.suites.suite import Suite, load_suite, read_suite, suite_names
from agent.play.watched import EpisodeOver, Moment
from agent.records.runs import Run
from envs.facts import EndStatus
from envs.game import Game
from envs.registry import game_spec, make_game
from envs.seeding import evaluation_seed
from envs.workers.remarks import listening
from tests.agent.toy_library import build_toy_library

TOY = Suite(
    name="toy-progress", title="Toy", game="toy", metric="progress", max_steps=60, protocol="", rates={}
)
SCORE = Suite(name="toy-score", title="Toy", game="toy", metric="score", max_steps=60, protocol="", rates={})


class StillPlayer:
    """Does nothing; fails or kills its process where a file says so."""

    def __init__(self, spec: EpisodeSpec) -> None:
        self._library = spec.library
        self._seed = spec.seed

    def play(self, game: Game, max_steps: int) -> Played:
        if self._library is not None:
            trouble = self._library / str(self._seed)
            played = self._library / f"played-{self._seed}"
            played.write_text(str(int(played.read_text()) + 1) if played.exists() else "1")
            if trouble.exists():
                word = trouble.read_text()
                if word == "once":
                    trouble.unlink()
                if word == "kill":
                    trouble.unlink()
                if word.startswith("kill"):
                    os._exit(9)
                raise RuntimeError("the game broke down")
        while game.status is EndStatus.RUNNING:
            game.step(0)
        return Played(skills=("wait",))

    def close(self) -> None:
        if self._library is not None:
            (self._library / "closed").write_text("")


def record(seed: int, *achievements: str, reward: float = 0.0, steps: int = 10) -> EpisodeRecord:
    unlocked = {name: step for step, name in enumerate(achievements, start=1)}
    return EpisodeRecord(seed=seed, status="DEATH", env_steps=steps, achievements=unlocked, reward=reward)


def open_run(tmp_path: Path, config: EvalConfig) -> Run:
    return Run.create(tmp_path / "runs", command="eval", game="toy", seed=0, config=to_record(config))


def test_random_episodes_repeat_and_differ_by_seed() -> None:
    spec = EpisodeSpec(game="toy", seed=evaluation_seed(0, 0), max_steps=400, player="random")
    first = play_episode(spec)
    assert first == play_episode(spec)
    other = play_episode(EpisodeSpec(game="toy", seed=evaluation_seed(0, 1), max_steps=400, player="random"))
    assert first.achievements != other.achievements


def test_the_agent_plays_with_a_library(tmp_path: Path) -> None:
    build_toy_library(tmp_path)
    spec = EpisodeSpec(game="toy", seed=evaluation_seed(0, 3), max_steps=200, library=tmp_path)
    episode = play_episode(spec)
    assert episode == play_episode(spec)
    assert set(episode.skills) <= {"gather", "build_bench"}
    assert episode.skills[0] == "gather"
    assert 0 < episode.env_steps <= 200


def test_an_opened_library_plays_every_episode_as_a_new_one_does(tmp_path: Path) -> None:
    build_toy_library(tmp_path)
    seeds = [evaluation_seed(0, index) for index in (3, 0, 3, 1)]
    specs = [EpisodeSpec(game="toy", seed=seed, max_steps=200, library=tmp_path) for seed in seeds]
    player = EpisodePlayer()
    episodes = [player.play(spec) for spec in specs]
    code = player._opened._opened
    player.close()
    assert code is not None and player._opened._opened is None
    assert episodes == [play_episode(spec) for spec in specs]
    assert episodes[0] == episodes[2] != episodes[1]


def test_a_library_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    build_toy_library(tmp_path)
    spec = EpisodeSpec(game="toy", seed=evaluation_seed(0, 3), max_steps=20, library=tmp_path)
    player = EpisodePlayer()
    player.play(spec)
    (tmp_path / "toy" / "graph.json").unlink()
    with pytest.raises(MissingPrerequisite, match="has no skills for 'toy' yet"):
        player.play(spec)
    player.close()
    with pytest.raises(ValueError, match="the player 'library' needs a library"):
        play_episode(replace(spec, library=None))


def test_the_player_is_closed_even_when_it_fails(tmp_path: Path) -> None:
    (tmp_path / "5").write_text("always")
    with pytest.raises(RuntimeError, match="the game broke down"):
        play_episode(EpisodeSpec(game="toy", seed=5, max_steps=7, player=StillPlayer, library=tmp_path))
    assert (tmp_path / "closed").exists()


def test_episodes_end_at_the_cap() -> None:
    episode = play_episode(EpisodeSpec(game="toy", seed=5, max_steps=7, player=StillPlayer))
    assert (episode.env_steps, episode.status, episode.skills) == (7, "TIME_LIMIT", ("wait",))
    assert EpisodeRecord.from_record(episode.to_record()) == episode


class CountingGame:
    """Two achievements and a health bar, moved by hand."""

    def __init__(self) -> None:
        self.inner = make_game("toy")
        self.spec = game_spec("toy")
        self.values = dict.fromkeys(self.spec.fact_index, 0)
        self.status = EndStatus.RUNNING
        self.steps = 0

    def fact_values(self, out: object) -> None:
        for name, index in self.spec.fact_index.items():
            out[index] = self.values[name]  # type: ignore[index]

    def step(self, action: int) -> EndStatus:
        self.steps += 1
        return self.status


def test_scores_count_the_first_unlock_and_one_point_a_step() -> None:
    game = CountingGame()
    scored = AchievementGame(game)  # type: ignore[arg-type]
    scored.step(0)
    game.values |= {"did.collect_wood": 1, "did.place_bench": 1}  # two on one step: one point
    scored.step(0)
    game.values |= {"did.collect_wood": 2}  # again: nothing
    scored.step(0)
    assert scored.unlocked == {"collect_wood": 2, "place_bench": 2}
    assert scored.reward == pytest.approx(1.0)
    assert scored.status is EndStatus.RUNNING
    game.values |= {"did.collect_stone": 1, "did.make_pick": 1, "did.collect_gem": 1}
    assert scored.step(0) is EndStatus.SUCCESS
    assert scored.complete
    assert scored.reward == pytest.approx(2.0)


@pytest.mark.slow
def test_health_counts_a_tenth_in_crafter() -> None:
    inner = make_game("crafter")
    inner.reset(evaluation_seed(0, 0), 300)
    game = AchievementGame(inner)
    start = game.facts()["health"]
    while game.step(0) is EndStatus.RUNNING:
        pass
    expected = len(set(game.unlocked.values())) + (game.facts()["health"] - start) / 10
    assert game.reward == pytest.approx(expected)


def test_summary_by_hand() -> None:
    episodes = [record(1, "collect_wood", reward=1.0, steps=10), record(2, reward=0.5, steps=30)]
    report = summarise(SCORE, episodes)
    # Five achievements, wood in half of the episodes: score 51^(1/5) - 1; progress 100 * (1/5) / 2 = 10.
    assert report.metrics["score"].mean == pytest.approx(51 ** (1 / 5) - 1)
    assert report.metrics["progress"].mean == pytest.approx(10.0)
    assert report.metrics["reward"].mean == pytest.approx(0.75)
    assert report.metrics["env_steps"].mean == pytest.approx(20.0)
    assert report.metrics["unlocked/collect_wood"].mean == 50.0
    assert report.metrics["unlocked/collect_gem"].interval.low == 0.0
    assert next(iter(report.metrics)) == "score"
    assert "score" not in summarise(TOY, episodes).metrics
    document = report.to_record()
    assert set(document) == {"suite", "n", "metrics"}
    assert document["metrics"]["progress"] == {"mean": 10.0, "ci95": [0.0, 20.0]}


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_an_evaluation_is_streamed_and_goes_on_where_it_stopped(tmp_path: Path, workers: int) -> None:
    config = EvalConfig(suite="toy-progress", episodes=4, library=tmp_path, workers=workers)
    seeds = [evaluation_seed(0, index) for index in range(4)]
    seen: list[tuple[int, int]] = []
    with open_run(tmp_path, config) as run:
        for seed in seeds[:2]:  # as if a kill had left two of four
            run.event("episode", **record(seed, "collect_wood").to_record())
        report = evaluate(config, TOY, run, player=StillPlayer, progress=lambda *step: seen.append(step))
        assert [episode.seed for episode in recorded_episodes(run)][:2] == seeds[:2]
        assert len(list(recorded_episodes(run))) == 4
    assert [episode.seed for episode in report.episodes] == seeds
    assert report.metrics["progress"].mean == pytest.approx(100 * (1 / 5) * 2 / 4)
    assert seen == [(2, 4), (3, 4), (4, 4)]
    assert not (tmp_path / f"played-{seeds[0]}").exists()
    assert (tmp_path / f"played-{seeds[2]}").read_text() == "1"


def test_who_listens_hears_moments_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.play.watched.EVERY_S", 0.0)
    build_toy_library(tmp_path)
    config = EvalConfig(suite="toy-progress", episodes=1, library=tmp_path, workers=1)
    heard: list[Any] = []
    with open_run(tmp_path, config) as run, listening(heard.append):
        report = evaluate(config, TOY, run)
    moments = [said for said in heard if isinstance(said, Moment)]
    assert moments[-1].step == report.episodes[0].env_steps
    assert {"gather", "build_bench"} <= {moment.skill for moment in moments}
    (over,) = (said for said in heard if isinstance(said, EpisodeOver))
    assert (over.seed, over.reached) == (evaluation_seed(0, 0), None)
    assert over.words.endswith(f"{len(report.episodes[0].achievements)} achievements")


@pytest.mark.slow
@pytest.mark.parametrize(("word", "workers"), [("once", 1), ("kill", 2)])
def test_a_breakdown_is_tried_again_and_is_no_failed_episode(tmp_path: Path, word: str, workers: int) -> None:
    config = EvalConfig(suite="toy-progress", episodes=2, library=tmp_path, workers=workers)
    (tmp_path / str(evaluation_seed(0, 1))).write_text(word)
    with open_run(tmp_path, config) as run:
        report = evaluate(config, TOY, run, player=StillPlayer)
        kinds = [event["kind"] for event in run.events()]
    assert report.n == 2
    assert kinds.count("episode") == 2
    assert kinds.count("error") >= 1


@pytest.mark.slow
def test_a_process_that_dies_takes_down_only_what_is_played_at_that_time(tmp_path: Path) -> None:
    config = EvalConfig(suite="toy-progress", episodes=9, library=tmp_path, workers=2)
    seeds = [evaluation_seed(0, index) for index in range(9)]
    (tmp_path / str(seeds[3])).write_text("kill")
    with open_run(tmp_path, config) as run:
        report = evaluate(config, TOY, run, player=StillPlayer)
        errors = [event["seed"] for event in run.events() if event["kind"] == "error"]
    assert report.n == 9
    assert errors == [seeds[3]]
    plays = [int((tmp_path / f"played-{seed}").read_text()) for seed in seeds]
    assert plays == [1, 1, 1, 2, 1, 1, 1, 1, 1]


@pytest.mark.slow
def test_an_episode_that_kills_its_process_twice_stops_with_what_there_is(tmp_path: Path) -> None:
    config = EvalConfig(suite="toy-progress", episodes=3, library=tmp_path, workers=2)
    seeds = [evaluation_seed(0, index) for index in range(3)]
    (tmp_path / str(seeds[1])).write_text("kill always")
    with open_run(tmp_path, config) as run:
        message = (
            rf"1 of 3 episodes broke down 2 times, the first on seed {seeds[1]}: a worker process died: "
            r"worker 'episodes-0' ended unexpectedly with exit code 9"
        )
        with pytest.raises(EvaluationFailed, match=message):
            evaluate(config, TOY, run, player=StillPlayer)
        played = {episode.seed for episode in recorded_episodes(run)}
        errors = [event["seed"] for event in run.events() if event["kind"] == "error"]
    assert played == {seeds[0], seeds[2]}
    assert errors == [seeds[1], seeds[1]]


@pytest.mark.slow
def test_whoever_stops_early_leaves_no_process(tmp_path: Path) -> None:
    specs = [
        EpisodeSpec(game="toy", seed=seed, max_steps=7, player=StillPlayer, library=tmp_path)
        for seed in range(4)
    ]
    episodes = play_episodes(specs, 2, on_fault=lambda spec, trace: None)
    assert next(episodes).seed in range(4)
    episodes.close()
    names = {process.name for process in multiprocessing.active_children()}
    assert not any(name.startswith("episodes-") for name in names)


def test_a_lasting_breakdown_stops_with_what_there_is(tmp_path: Path) -> None:
    config = EvalConfig(suite="toy-progress", episodes=2, library=tmp_path, workers=1)
    (tmp_path / str(evaluation_seed(0, 0))).write_text("always")
    with open_run(tmp_path, config) as run:
        message = (
            r"1 of 2 episodes broke down 2 times, the first on seed \d+: RuntimeError: the game broke down"
        )
        with pytest.raises(EvaluationFailed, match=message):
            evaluate(config, TOY, run, player=StillPlayer)
        events = list(run.events())
    assert [event["kind"] for event in events] == ["started", "error", "episode", "error"]
    assert "RuntimeError: the game broke down" in events[1]["traceback"]


def test_nothing_to_play_starts_nothing() -> None:
    assert list(play_episodes([], 2, on_fault=lambda spec, trace: None)) == []


@pytest.mark.parametrize("name", suite_names())
def test_shipped_suites_fit_their_games(name: str) -> None:
    suite = load_suite(name)
    known = {achievement.removeprefix("did.") for achievement in game_spec(suite.game).achievements}
    for label, rates in suite.rates.items():
        assert set(rates) == known, label
        assert all(0 <= rate <= 100 for rate in rates.values())
    assert all(figure.source for figure in suite.figures)


def test_published_figures() -> None:
    score = {figure.label: figure.value for figure in load_suite("crafter-score").figures}
    assert score["Human experts"] == 50.5
    assert score["SPRING (GPT-4)"] == 27.3
    progress = load_suite("crafter-progress")
    assert progress.max_steps == 2000
    assert max(figure.value for figure in progress.figures) == 57.3
    # The published mean follows from the published rates: 1260 / 22 = 57.3.
    assert sum(progress.rates["Grok-4"].values()) / 22 == pytest.approx(57.3, abs=0.05)


def test_unknown_and_malformed_suites(tmp_path: Path) -> None:
    with pytest.raises(UnknownSuite, match=r"no suite 'crafter-scor'; did you mean 'crafter-score'"):
        load_suite("crafter-scor")
    path = tmp_path / "x.toml"
    path.write_text('schema = 1\nname = "x"\n')
    with pytest.raises(BadConfig, match=r"suite file '.*x.toml' is malformed: .*missing"):
        read_suite(path)
    path.write_text("schema = 2\n")
    with pytest.raises(BadConfig, match=r"expected schema = 1"):
        read_suite(path)
