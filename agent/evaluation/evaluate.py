"""Evaluation: many episodes on evaluation seeds, side by side, streamed into the run as they end.

An episode that breaks down (a dead worker, an exception in a game) is recorded as an error and never as a
failed episode; it is tried once more, and if it breaks again the evaluation stops with what it has.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from agent.config import EvalConfig
from agent.errors import EvaluationFailed
from agent.evaluation.episodes import EpisodeRecord, EpisodeSpec, PlayerChoice, play_episode
from agent.evaluation.metrics import suite_metrics
from agent.evaluation.parts import PartsOf
from agent.evaluation.players import OpenLibrary
from agent.evaluation.suites.suite import Suite, mode_of
from agent.evaluation.suites.task import SuiteTask
from agent.evaluation.verdicts import agreement_of
from agent.llm.open_model import model_settings
from agent.play.job_pool import raise_lasting
from agent.play.kit import Kit
from agent.play.load import load_kit
from agent.play.watched import EpisodeOver
from agent.records.runs import Run
from agent.stats import Estimate
from envs.seeding import evaluation_seed, training_seed
from envs.text import counted
from envs.workers.local import LocalPool
from envs.workers.opening import open_workers
from envs.workers.pool import WorkerPool
from envs.workers.remarks import remark
from envs.workers.servant import Answer, Failure, SameEverywhere
from skills.errors import SkillError

ATTEMPTS_PER_EPISODE = 2
"""Times that an episode is started when it fails with an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalReport:
    """The outcome of an evaluation.

    Attributes:
        suite: what was played.
        metrics: name -> estimate, see `agent.evaluation.metrics`.
        episodes: the episodes, in the order of their index, task by task.
        not_run: task -> why it could not be played.
        mode: how tasks were carried out.
    """

    suite: Suite
    metrics: dict[str, Estimate]
    episodes: tuple[EpisodeRecord, ...]
    not_run: Mapping[str, str] = field(default_factory=dict)
    mode: str = "policy"

    @property
    def n(self) -> int:
        """Episodes; with tasks, of each."""
        if not self.suite.tasks:
            return len(self.episodes)
        return max(Counter((e.library, e.task) for e in self.episodes).values(), default=0)

    def to_record(self) -> dict[str, Any]:
        """The schema of ``journeyman eval --json``."""
        record: dict[str, Any] = {
            "suite": self.suite.name,
            "n": self.n,
            "metrics": {
                name: {"mean": round(figure.mean, 4), "ci95": figure.interval.rounded(4)}
                for name, figure in self.metrics.items()
            },
        }
        if self.suite.tasks:
            record["tasks"] = [
                self._task_record(task.name)
                for task in self.suite.tasks
                if task.name in self.not_run or any(e.task == task.name for e in self.episodes)
            ]
        if self.mode != "policy":
            libraries = list(dict.fromkeys(episode.library for episode in self.episodes))
            record |= {"sha256": self.suite.sha256, "mode": self.mode, "libraries": libraries}
        if judged := agreement_of(self.episodes):
            record["judge"] = judged
        return record

    def _task_record(self, name: str) -> dict[str, Any]:
        episodes = [episode for episode in self.episodes if episode.task == name]
        record = {"task": name, "n": len(episodes), "not_run": self.not_run.get(name)}
        if self.mode != "policy":
            record["not_attempted"] = sum(not episode.attempted for episode in episodes)
            record["unclear"] = sum(episode.verdict.get("outcome") == "unclear" for episode in episodes)
        return record


def evaluate(
    config: EvalConfig,
    suite: Suite,
    run: Run,
    *,
    player: PlayerChoice | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> EvalReport:
    """Play the episodes of `config` that the run does not hold yet, and sum all of them up.

    Args:
        config: how many episodes, which seeds, how many workers.
        suite: the protocol.
        run: where every episode is written as it ends; episodes that are there already are not played again.
        player: who plays; by default the library's skills, or the baseline that `config` names.
        progress: called with episodes done and episodes in all.

    Raises:
        EvaluationFailed: an episode broke down twice; what was played stays in the run.
    """
    tasks = suite.chosen(config.task)
    not_run = {task.name: why for task in tasks if (why := task.why_not_run())}
    for name, why in not_run.items():
        run.event("not_run", task=name, reason=why)
    playable = [task for task in tasks if task.name not in not_run]
    specs = list(episode_specs(config, suite, playable, player, run.answers_path))
    done = {record.key: record for record in recorded_episodes(run)}
    total = len(specs)
    left = [spec for spec in specs if spec.key not in done]
    calls = judge_calls_each(config, done.values(), len(left))
    left = [dataclasses.replace(spec, judge_calls=calls) for spec in left]
    progress(total - len(left), total)
    for record in play_episodes(
        left, config.workers, on_fault=lambda s, t: _note_fault(run, s, t), cluster=config.cluster
    ):
        _note_episode(run, suite, record)
        done[record.key] = record
        progress(sum(spec.key in done for spec in specs), total)
    return summarise(
        suite, [done[spec.key] for spec in specs], config.seed, not_run, mode=mode_of(config, suite)
    )


def _note_episode(run: Run, suite: Suite, record: EpisodeRecord) -> None:
    place = run.play(record.seed, record.events, **({"task": record.task} if record.task else {}))
    if record.trace is not None:
        run.episode(
            record.trace.to_record(), place, origin="eval", asked=record.text or record.task or suite.name,
            goal={}, done=_done(record), ending=dict(record.ending), verdict=dict(record.verdict) or None,
        )  # fmt: skip
    run.event("episode", **record.to_record())
    remark(EpisodeOver(seed=record.seed, words=_words(record), reached=_done(record), task=record.task))


def _words(record: EpisodeRecord) -> str:
    """How an episode went, for people who watch."""
    ended = str(record.ending.get("words", ""))
    unlocked = "" if record.task else counted(len(record.achievements), "achievement")
    return ", ".join(part for part in (ended, unlocked) if part)


def _done(record: EpisodeRecord) -> bool | None:
    """Whether the task was done, by its criteria; None where achievements are counted."""
    success = record.figures.get("success")
    return None if success is None else success > 0


def episode_specs(
    config: EvalConfig,
    suite: Suite,
    tasks: Sequence[SuiteTask],
    player: PlayerChoice | None = None,
    log: Path | None = None,
) -> Iterator[EpisodeSpec]:
    """What an evaluation plays, library by library and task by task, each on the same seeds.

    Args:
        config: how many episodes, which seeds, which libraries, how tasks are carried out.
        suite: the protocol.
        tasks: those that are played.
        player: who plays, in place of what `config` says.
        log: where answers of a model are noted that is asked for skills.
    """
    seeds = dict.fromkeys(_seed(config, index) for index in range(config.episodes))
    mode = mode_of(config, suite)
    for library in config.libraries:
        parts = PartsOf(config, suite, library, log)
        for task in tasks or (None,) * (not suite.tasks):
            for index, seed in enumerate(seeds):
                text = task.worded(config.wordings == "held-out", index) if task else ""
                yield EpisodeSpec(
                    game=suite.game,
                    seed=seed,
                    max_steps=task.cap if task else suite.max_steps,
                    player=player or ("random" if config.baseline == "random" else "library"),
                    library=library,
                    task=task,
                    mode=mode,
                    text="" if mode == "policy" else text,
                    parts=parts(text) if mode in ("name", "look") else (),
                    judge=config.judge,
                    llm=config.llm,
                    model_settings=model_settings(config),
                )


def judge_calls_each(config: EvalConfig, played: Iterable[EpisodeRecord], left: int) -> int:
    """Calls of a model on judging that each worker may make: its share of those that the run has left.

    An episode that breaks down and is played once more is not counted twice.

    Args:
        config: how many calls and workers.
        played: episodes that the run holds already.
        left: episodes that are to be played.
    """
    spent = sum(int(record.verdict.get("calls", 0)) for record in played)
    return max(0, config.max_judge_calls - spent) // max(1, min(config.workers, left))


def _seed(config: EvalConfig, index: int) -> int:
    if config.seeds == "practice":
        return training_seed(config.seed, "eval", index)
    return evaluation_seed(config.seed, index)


def recorded_episodes(run: Run) -> Iterator[EpisodeRecord]:
    """The episodes that the run holds already."""
    for event in run.events():
        if event.get("kind") == "episode":
            yield EpisodeRecord.from_record(event)


def summarise(
    suite: Suite,
    episodes: Sequence[EpisodeRecord],
    seed: int = 0,
    not_run: Mapping[str, str] | None = None,
    mode: str = "policy",
) -> EvalReport:
    """The suite's metrics over the episodes. Raises `ValueError` when there are none, but for tasks."""
    metrics = suite_metrics(suite, episodes, seed)
    return EvalReport(
        suite=suite, metrics=metrics, episodes=tuple(episodes), not_run=not_run or {}, mode=mode
    )


def play_episodes(
    specs: Sequence[EpisodeSpec],
    workers: int,
    *,
    on_fault: Callable[[EpisodeSpec, str], None],
    cluster: str = "",
) -> Iterator[EpisodeRecord]:
    """Play the episodes in worker processes; yields records in the order in which episodes end.

    Args:
        specs: what to play.
        workers: processes side by side.
        on_fault: called with the episode and the traceback whenever one breaks down.
        cluster: where the processes are, see `open_workers`; empty for this machine.

    Raises:
        EvaluationFailed: an episode broke down `ATTEMPTS_PER_EPISODE` times.
    """
    waiting = list(specs)
    for attempt in range(1, ATTEMPTS_PER_EPISODE + 1):
        broken: list[tuple[EpisodeSpec, str]] = []
        # What broke down is played alone the second time: memory for one episode may not do for several.
        for spec, outcome in _play_once(waiting, workers, workers if attempt == 1 else 1, cluster):
            if isinstance(outcome, EpisodeRecord):
                yield outcome
            else:
                on_fault(spec, outcome)
                broken.append((spec, outcome))
        if not broken:
            return
        if attempt == ATTEMPTS_PER_EPISODE:
            spec, trace = broken[0]
            raise EvaluationFailed(
                f"{len(broken)} of {len(specs)} episodes broke down {ATTEMPTS_PER_EPISODE} times, the "
                f"first on seed {spec.seed}: {trace.strip().splitlines()[-1]}; the tracebacks are in the "
                "run's events"
            )
        waiting = [spec for spec, _ in broken]


def _play_once(
    specs: Sequence[EpisodeSpec], workers: int, at_once: int, cluster: str
) -> Iterator[tuple[EpisodeSpec, EpisodeRecord | str]]:
    """Each episode once, `at_once` side by side: its record, or the traceback of what went wrong."""
    pool: WorkerPool
    if workers == 1 and not cluster:
        pool = LocalPool(SameEverywhere(EpisodePlayer))
    else:
        make = SameEverywhere(partial(EpisodePlayer, _kits_of(specs)) if cluster else EpisodePlayer)
        names = [f"episodes-{index}" for index in range(min(at_once, len(specs)))]
        pool = open_workers(make, names, (SkillError,), cluster)
    with pool:
        for spec, outcome in pool.map_unordered("play", specs):
            if isinstance(outcome, Answer):
                yield spec, outcome.value
            elif isinstance(outcome, Failure):
                raise_lasting(outcome)
                yield spec, outcome.trace
            else:
                yield spec, f"a worker process died: {outcome}"


def _kits_of(specs: Sequence[EpisodeSpec]) -> dict[tuple[Path, str], Kit]:
    """The libraries that are played with, for machines that do not have their folders."""
    wanted = [(spec.library, spec.game) for spec in specs if spec.player == "library" and spec.library]
    return {(library, game): load_kit(library, game) for library, game in dict.fromkeys(wanted)}


class EpisodePlayer:
    """Plays one episode after the other in a worker, with one opened library.

    Args:
        sent: see `OpenLibrary`.
    """

    def __init__(self, sent: Mapping[tuple[Path, str], Kit] | None = None) -> None:
        self._opened = OpenLibrary(sent)

    def play(self, spec: EpisodeSpec) -> EpisodeRecord:
        """Play one episode."""
        return play_episode(spec, self._opened)

    def close(self) -> None:
        """End the library's sandbox: an episode frees the rest."""
        self._opened.close()


def _note_fault(run: Run, spec: EpisodeSpec, trace: str) -> None:
    run.event("error", task=spec.task.name if spec.task else "", seed=spec.seed, traceback=trace)
