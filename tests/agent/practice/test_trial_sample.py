"""Which executions of a trial are kept: the first of each outcome."""

from pathlib import Path

from agent.play.jobs import Job, JobResult
from agent.practice.trial_sample import TrialSample
from agent.records.episodes import episodes_of
from agent.records.runs import Run, read_run
from envs.recording.trace import Trace
from planners.plan import Execution, Outcome, Verdict

TRACE = Trace(game="toy", seed=5, actions=b"\1", status="RUNNING")


def tried(outcome: Outcome, trace: Trace | None = TRACE) -> JobResult:
    verdict = Verdict(outcome=outcome, reason="by facts", judge="facts")
    attempt = Execution(skill="gather", verdict=verdict, env_steps=1, before={}, after={})
    return JobResult(job=Job(seed=5), attempt=attempt, trace=trace)


def kept(tmp_path: Path, skill: str, *results: JobResult) -> list[tuple[str, bool | None]]:
    with Run.create(tmp_path, command="practice", game="toy", seed=0, config={}) as run:
        sample = TrialSample(run, skill)
        for result in results:
            sample.note(result, run.play(5, []))
    found = list(episodes_of(read_run(run.path)))
    assert all(episode.origin == "trial" for episode in found)
    return [(episode.verdict["outcome"], episode.done) for episode in found]


def test_the_first_of_each_outcome_is_kept(tmp_path: Path) -> None:
    outcomes: list[Outcome] = ["done", "done", "not_done", "unclear", "not_done", "unclear", "done"]
    assert kept(tmp_path, "gather", *map(tried, outcomes)) == [
        ("done", True), ("not_done", False), ("unclear", None),
    ]  # fmt: skip


def test_what_is_no_trial_is_not_kept(tmp_path: Path) -> None:
    assert kept(tmp_path, "", tried("done")) == []
    assert kept(tmp_path, "gather", tried("done", None), JobResult(job=Job(seed=1), trace=TRACE)) == []
