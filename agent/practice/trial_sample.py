"""Which executions of a trial are kept to be played again: the first of each outcome."""

from __future__ import annotations

from agent.play.jobs import JobResult
from agent.records.endings import ending_of
from agent.records.runs import Run


class TrialSample:
    """Keeps one execution that was done, one that was not, and one of which nobody could say.

    A session tries its skills thousands of times; one of each tells what success and failure look like.

    Args:
        run: where they are kept.
        skill: what is tried; empty where nothing is, and then nothing is kept.
    """

    def __init__(self, run: Run, skill: str) -> None:
        self._run, self._skill = run, skill
        self._kept: set[str] = set()

    def note(self, result: JobResult, play: tuple[int, int] | None) -> None:
        """Keep a job's episode if it is the first of its outcome.

        Args:
            result: of the job.
            play: where its events are, see `agent.records.runs.run.Run.play`.
        """
        attempt, trace = result.attempt, result.trace
        if not self._skill or attempt is None or trace is None or attempt.verdict.outcome in self._kept:
            return
        verdict = attempt.verdict
        self._kept.add(verdict.outcome)
        ending = ending_of(trace, result.events, verdict.success)
        self._run.episode(
            trace.to_record(), play, origin="trial", asked=self._skill, goal={}, done=verdict.success,
            ending=ending.to_record(),
            verdict={
                "outcome": verdict.outcome, "judge": verdict.judge, "reason": verdict.reason,
                "confidence": round(verdict.confidence, 4),
            },
        )  # fmt: skip
