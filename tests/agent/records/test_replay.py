from pathlib import Path

import pytest

from agent.errors import RunDamaged
from agent.records.replay import replay, sentence
from agent.records.runs import Run, read_run


def test_untested_options_are_told_once(tmp_path: Path) -> None:
    with Run.create(tmp_path, command="practice", game="toy", seed=0, config={}) as run:
        for skill in ("gather", "build", "gather"):
            run.event("option_untested", skill=skill, reason="no recorded answer to prompt 'option_test' ...")
        run.event("admitted", skill="gather", version=1)
        run.finish()
    lines = [line[7:] for line in replay(read_run(run.path))]
    assert lines == [
        "started: command practice",
        "options of 2 skills were taken untested, no test being recorded: gather, build",
        "gather admitted, version 1",
        "finished",
    ]


@pytest.mark.parametrize(
    ("event", "right"),
    [
        ({"kind": "proposed", "tasks": ["a"], "answer_id": "x"}, "1 task proposed: a  [answer x]"),
        (
            {"kind": "claimed", "skill": "a", "effects": {
                "requires": {"near.bench": 1}, "consumes": {"wood": 2}, "holds": {}, "obtains": {"pick": 1},
            }},
            "a, as claimed: needs 1 near.bench; uses up 2 wood; brings 1 pick",
        ),
        (
            {"kind": "tried", "skill": "a", "successes": 1, "attempts": 1, "lower_bound": 0.2, "admitted": 0},
            "a tried: 1 of 1 attempt, 95 % sure of 20%: not admitted",
        ),
        (
            {"kind": "trained", "skill": "a", "steps": 1, "success_rate": 0.5, "stopped": "enough"},
            "a trained: 1 step, success 50%; enough",
        ),
        ({"kind": "abandoned", "skill": "a", "reason": "no\nuse"}, "a given up: no use"),
        (
            {"kind": "probed", "skill": "a", "without": "wood", "successes": 0, "attempts": 0},
            "a could not be tried without wood: no state let it begin",
        ),
        (
            {"kind": "planned", "steps": ["wood", "wood", "bench", "wood"], "expected_steps": 20.4},
            "planned: wood x2 > bench > wood; about 20 game steps",
        ),
        ({"kind": "tried", "skill": "a"}, "tried: skill a"),
        ({"kind": "trained", "skill": "a", "steps": "x"}, "trained: skill a, steps x"),
        ({"kind": "new_kind", "n": 1}, "new kind: n 1"),
    ],
)  # fmt: skip
def test_events_in_words(event: dict[str, object], right: str) -> None:
    assert sentence(event) == right


def test_why_a_run_ended(tmp_path: Path) -> None:
    def ended(error: BaseException | None) -> str:
        try:
            with Run.create(tmp_path, command="solve", game="toy", seed=0, config={}) as run:
                if error is not None:
                    raise error
                run.finish()
        except (ValueError, KeyboardInterrupt):
            pass
        return read_run(run.path).reason()

    assert ended(None) == ""
    assert ended(KeyboardInterrupt()) == "interrupted"
    assert ended(ValueError("no goal 'x'")) == "no goal 'x'"
    assert ended(ValueError()) == "ValueError"
    assert len(ended(ValueError("x" * 10_000_000))) < 5_000
    with Run.create(tmp_path, command="solve", game="toy", seed=0, config={}) as run:
        assert read_run(run.path).reason() == ""
    (run.path / "events.jsonl").write_text("")
    assert read_run(run.path).reason() == "its process ended without a word"


@pytest.mark.parametrize(
    "line",
    [
        '{"kind": "admitted"}', '{"at": 5, "kind": "x"}', '{"at": "soon", "kind": "x"}',
        '{"at": "2026-01-01T00:00:00", "kind": "x"}', '{"at": "2026-01-01T00:00:00Z", "answers": 5}',
    ],
)  # fmt: skip
def test_an_event_that_no_run_wrote(tmp_path: Path, line: str) -> None:
    with Run.create(tmp_path, command="practice", game="toy", seed=0, config={}) as run:
        run.finish()
    with (run.path / "events.jsonl").open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(RunDamaged, match=r"^events\.jsonl of run '.*' holds an event that no run wrote \("):
        list(replay(read_run(run.path)))
