"""How a run went, from its events."""

from agent.records.course import MOST_TOLD, course_of
from agent.records.runs import signal_of


def events(*said: tuple[str, int] | tuple[str, int, dict]) -> list[dict]:  # type: ignore[type-arg]
    """Events by kind and minute of one hour."""
    return [
        {"at": f"2026-01-01T10:{minute:02d}:00.000Z", "kind": kind, **(more[0] if more else {})}
        for kind, minute, *more in said
    ]


def test_a_run_that_went_straight() -> None:
    found = course_of(events(("started", 0), ("proposed", 1), ("finished", 9)))
    assert [entry["what"] for entry in found["told"]] == ["began", "finished"]
    assert (found["resumes"], found["breaks"], found["pauses"], found["paused_s"]) == (0, 0, 0, 0.0)


def test_resumes_and_what_had_ended_the_run_before() -> None:
    found = course_of(
        events(
            ("started", 0), ("trained", 1),
            ("resumed", 2), ("trained", 3), ("interrupted", 4), ("interrupted", 4),
            ("resumed", 5), ("crashed", 6, {"message": "No space left on device"}),
            ("resumed", 7), ("finished", 8), ("resumed", 9), ("finished", 10),
        )
    )  # fmt: skip
    assert (found["resumes"], found["breaks"]) == (4, 3)
    assert [entry["what"] for entry in found["told"]] == [
        "began", "had been killed", "resumed", "interrupted by a person", "resumed", "broke off", "resumed",
        "finished", "resumed", "finished",
    ]  # fmt: skip
    assert found["told"][5]["reason"] == "No space left on device"


def test_pauses_of_the_model_add_up() -> None:
    found = course_of(
        events(
            ("started", 0), ("model_down", 1, {"reason": "HTTP 503"}), ("admitted", 2),
            ("model_back", 3, {"seconds": 125.0, "tries": 4}), ("model_down", 5), ("trained", 7),
            ("resumed", 30), ("model_down", 31), ("trained", 33),
        )
    )  # fmt: skip
    assert found["pauses"] == 3
    assert found["paused_s"] == 125.0 + 120.0 + 120.0  # the second until the kill, the third still
    assert ("the model answered again", "after 125.0 s") in [(e["what"], e["reason"]) for e in found["told"]]


def test_workers_that_died() -> None:
    reason = {"reason": "the worker ended with exit code -9"}
    found = course_of(
        events(("started", 0), ("worker_restarted", 1, reason), ("worker_restarted", 2, reason))
    )
    assert found["worker_restarts"] == 2


def test_time_that_runs_backwards_and_no_time_at_all() -> None:
    found = course_of(
        [*events(("started", 9), ("model_down", 8), ("resumed", 1)), {"kind": "model_down"}, {}]
    )
    assert (found["pauses"], found["paused_s"], found["resumes"]) == (2, 0.0, 1)


def test_only_the_latest_are_told() -> None:
    found = course_of(events(("started", 0), *[("worker_restarted", 1)] * 1000, ("finished", 2)))
    assert len(found["told"]) == MOST_TOLD
    assert found["told"][-1]["what"] == "finished"
    assert found["worker_restarts"] == 1000


def test_who_was_ended_by_a_signal_was_not_interrupted_by_a_person() -> None:
    events = [{"kind": "interrupted", "at": "", "signal": "SIGTERM"}]
    assert course_of(events)["told"][0]["what"] == "ended by SIGTERM"
    assert signal_of(KeyboardInterrupt("SIGTERM")) == {"signal": "SIGTERM"}
    assert signal_of(KeyboardInterrupt("SIGINT")) == signal_of(KeyboardInterrupt()) == {}
