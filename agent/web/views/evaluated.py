"""An evaluation as its run folder has it: suite, settings, episodes so far; whatever state the run is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agent.config import EvalConfig, from_record
from agent.errors import AgentError, NoReport, RunDamaged
from agent.evaluation.again import again
from agent.evaluation.episodes import EpisodeRecord
from agent.evaluation.suites.suite import Suite, load_suite, mode_of
from agent.records.runs import RunInfo
from envs.json_text import MALFORMED
from envs.text import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """An evaluation.

    Attributes:
        run: its folder.
        config: its settings.
        suite: what was played, with the published figures.
        episodes: those that are over, each once, in the order of their end.
        not_run: task -> why it was not played.
    """

    run: RunInfo
    config: EvalConfig
    suite: Suite
    episodes: tuple[EpisodeRecord, ...]
    not_run: dict[str, str]

    @property
    def mode(self) -> str:
        """How tasks were carried out."""
        return mode_of(self.config, self.suite)

    @property
    def who(self) -> str:
        """Who played, for people."""
        return f"{self.config.baseline} actions" if self.config.baseline else "Journeyman"

    @property
    def command(self) -> str:
        """What plays it again."""
        return plain(again(self.config))


def open_evaluated(run: RunInfo) -> Evaluated:
    """Read an evaluation.

    Raises:
        NoReport: the run is of another command, no episode of it is over, or its suite is not known here.
        RunDamaged: its configuration or its journal cannot be read.
    """
    if run.command != "eval":
        raise NoReport(f"run {run.name!r} is a {run.command} run; expected one of journeyman eval")
    try:
        config = from_record(EvalConfig, run.config())
        suite = load_suite(config.suite)
    except RunDamaged:
        raise
    except AgentError as error:
        raise NoReport(f"what run {run.name!r} evaluates cannot be read: {error}") from error
    episodes: dict[tuple[str, str, int], EpisodeRecord] = {}
    not_run: dict[str, str] = {}
    for event in run.events():
        try:
            if event.get("kind") == "episode":
                record = EpisodeRecord.from_record(event)
                episodes[record.key] = record
            elif event.get("kind") == "not_run":
                not_run[str(event["task"])] = plain(event["reason"])
        except MALFORMED as error:
            raise RunDamaged(
                f"events.jsonl of run {run.name!r} holds an episode that no run wrote ({plain(error)}); "
                "remove that line"
            ) from error
    if not episodes:
        raise NoReport(f"no episode of run {run.name!r} is over yet; wait for one, or play it again")
    return Evaluated(run=run, config=config, suite=suite, episodes=tuple(episodes.values()), not_run=not_run)


def estimate_record(mean: float, low: float, high: float, n: int) -> dict[str, Any]:
    """An estimate as pages are told it."""
    return {"mean": round(mean, 4), "low": round(low, 4), "high": round(high, 4), "n": n}
