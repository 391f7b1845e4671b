"""However a worker breaks: one clear error, the episode aborted and not failed, and a clean restart."""

from __future__ import annotations

import signal
from pathlib import Path

import numpy as np
import pytest

from agent.testing import scripted_peer
from agent.testing.scripted_peer import HANG, READ, die, leave, say, send
from envs.errors import GameDied
from envs.facts import EndStatus
from envs.remote import errors
from envs.remote.game import RemoteGame
from envs.remote.side.frames import array_of
from tests.envs.remote.workers import (
    AGAIN,
    FOCUS,
    GOOD,
    HELLO,
    RESET,
    SPEC,
    WHO,
    allow,
    answer,
    launch,
    peer,
    running,
    trouble,
)

NO_ANSWER = WHO + "answered 'step' with what is no answer: "
FAULTS: dict[str, tuple[list[scripted_peer.Act], type[errors.RemoteError], str]] = {
    "exits": (
        [leave(3)],
        errors.WorkerEnded,
        WHO + "ended with exit code 3 during 'step'",
    ),
    "last words": (
        [say("a lot of noise"), say("java: out of \x1b memory"), leave(1)],
        errors.WorkerEnded,
        WHO + "ended with exit code 1 during 'step'; it said last: java: out of \\x1b memory",
    ),
    "is killed": (
        [die(signal.SIGKILL)],
        errors.WorkerEnded,
        WHO + "was ended by signal 9 (Killed) during 'step'",
    ),
    "silence": (
        [HANG],
        errors.Silence,
        WHO + f"did not answer 'step' within 0.2 s and was ended; {AGAIN}",
    ),
    "half a frame": (
        [send(answer(3, status=0, steps=1)[:40]), leave(0)],
        errors.HalfAnswer,
        WHO + "broke off its answer to 'step': 40 of 87 bytes of a frame came",
    ),
    "half a frame, then silence": (
        [send(answer(3, status=0, steps=1)[:40]), HANG],
        errors.Silence,
        WHO + f"did not answer 'step' within 0.2 s and was ended; {AGAIN}",
    ),
    "a lying length": (
        [send(b"JMRF\xff\xff\xff\xff\0\0\0\0{}"), HANG],
        errors.BrokenFrame,
        NO_ANSWER + "a frame says that it has a header of "
        "4,294,967,295 bytes and a body of 0; the most is 4,000,000 and 64,000,000",
    ),
    "a length too short": (
        [send(b"JMRF\x02\0\0\0\0\0\0\0" + b'{"id": 3}'), HANG],
        errors.BrokenFrame,
        NO_ANSWER + "the header of a frame is no JSON: "
        "Unterminated string starting at: line 1 column 2 (char 1)",
    ),
    "something else": (
        [send(b"HTTP/1.1 200 OK"), HANG],
        errors.BrokenFrame,
        NO_ANSWER + "a frame begins with b'HTTP', expected b'JMRF'",
    ),
    "out of order": (
        [send(answer(2, status=0, steps=1)), HANG],
        errors.OutOfOrder,
        WHO + "answered call 2, expected the answer to call 3, 'step'",
    ),
    "another status": (
        [send(answer(3, status=9, steps=1)), HANG],
        errors.BadAnswer,
        WHO + "shows status that cannot be: 9, expected one of -1, 0, 1, 2, 3",
    ),
    "no steps": (
        [send(answer(3, status=0)), HANG],
        errors.BadAnswer,
        WHO + "shows steps that cannot be: None, expected a number from 0 on",
    ),
    "facts missing": (
        [send(answer(3, {}, status=0, steps=1)), HANG],
        errors.BadAnswer,
        WHO + "shows facts that cannot be: missing, expected int32[2]",
    ),
    "too many facts": (
        [send(answer(3, {"facts": array_of(np.zeros(3, np.int32))}, status=0, steps=1)), HANG],
        errors.BadAnswer,
        WHO + "shows facts that cannot be: int32[3], expected int32[2]",
    ),
    "step not counted": (
        [send(answer(3, status=0, steps=0)), HANG],
        errors.BadAnswer,
        WHO + "took a step, and counts 0",
    ),
    "an odd error": (
        [send(answer(3, error="no")), HANG],
        errors.BadAnswer,
        WHO + "tells of an error that is none: 'no'",
    ),
    "the world fails": (
        [send(answer(3, error={"kind": "failed", "message": "OSError: no more", "trace": "line 1"})), HANG],
        errors.WorldFailed,
        "the world of 'counting' failed at 'step': OSError: no more",
    ),
    "a refusal where none can be": (
        [send(answer(3, error={"kind": "bad_snapshot", "message": "BadSnapshot"})), HANG],
        errors.WorldFailed,
        "the world of 'counting' failed at 'step': BadSnapshot",
    ),
}


@pytest.mark.parametrize(("acts", "kind", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_in_a_step_aborts_the_episode_and_the_next_one_is_clean(
    acts: list[scripted_peer.Act],
    kind: type[errors.RemoteError],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raised: list[errors.RemoteError] = []
    keep = RemoteGame._break
    monkeypatch.setattr(RemoteGame, "_break", lambda game, error: (raised.append(error), keep(game, error)))
    game = RemoteGame(peer(tmp_path, [*HELLO, *RESET, READ, *acts], GOOD))
    game.reset(1)
    before, pid = game.facts(), game.pid
    if kind is errors.Silence:
        allow(game, 0.2)
    assert game.step(0) is EndStatus.ABORTED
    assert [(type(error), str(error)) for error in raised] == [(kind, message)]
    assert game.fault == message
    assert (game.status, game.steps, game.facts()) == (EndStatus.ABORTED, 1, before)
    assert not running(pid)
    with pytest.raises(RuntimeError, match="the episode ended with ABORTED after 1 steps"):
        game.step(0)
    assert not game.frame((4, 2)).any()
    allow(game, 60.0)
    game.reset(2)
    assert (game.fault, game.restarts, game.steps) == ("", 1, 0)
    assert game.step(0) is EndStatus.RUNNING
    game.close()


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("raises", "the world of 'counting' failed at 'step': ZeroDivisionError: made up"),
        (
            "exits",
            WHO + "ended with exit code 3 during 'step'; it said last: the engine is gone",
        ),
        ("dies", WHO + "was ended by signal 9 (Killed) during 'step'"),
        ("stands still", WHO + "took a step, and counts 1"),
        ("hangs", WHO + f"did not answer 'step' within 0.2 s and was ended; {AGAIN}"),
    ],
)
def test_a_real_worker_that_breaks_in_mid_step_is_followed_by_a_clean_one(kind: str, message: str) -> None:
    game = RemoteGame(trouble(kind))
    game.reset(1)
    assert game.step(1) is EndStatus.RUNNING
    saved, encoding = game.snapshot(), np.ones(3, np.float32)
    if kind == "hangs":
        allow(game, 0.2)
    assert game.step(1) is EndStatus.ABORTED
    assert game.fault == message
    game.encode(FOCUS, encoding)
    assert not encoding.any()
    with pytest.raises(GameDied, match=WHO + "is broken, its state cannot be saved: "):
        game.snapshot()
    game.restore(saved)
    assert (game.fault, game.restarts) == ("", 1)
    assert (game.status, game.steps, game.facts()["number"]) == (EndStatus.RUNNING, 1, 2)
    game.close()


def test_the_trace_of_a_world_that_failed_is_with_the_error() -> None:
    with pytest.raises(errors.WorldFailed) as caught:
        RemoteGame(launch(world="no_such_package:World"))
    assert "import_module" in "".join(caught.value.__notes__)


def test_a_fault_while_it_is_looked_at_is_told_by_the_next_step() -> None:
    game = RemoteGame(trouble("no picture"))
    game.reset(1)
    game.step(1)
    words = game.caption()
    assert not game.frame((6, 4)).any()
    assert game.frame((6, 4)).shape == (4, 6, 3)
    assert game.fault == "the world of 'counting' failed at 'look': OSError: no display"
    assert (game.status, game.caption()) == (EndStatus.RUNNING, words)
    assert game.step(1) is EndStatus.ABORTED
    assert game.steps == 2
    game.close()


def test_a_second_fault_in_a_row_is_raised(tmp_path: Path) -> None:
    game = RemoteGame(peer(tmp_path, [*HELLO, READ, leave(4)]))
    with pytest.raises(errors.WorkerEnded, match="ended with exit code 4 during 'reset'"):
        game.reset(1)
    assert game.restarts == 1
    assert not running(game.pid)
    game.close()


def test_a_restarted_worker_must_describe_the_same_game(tmp_path: Path) -> None:
    other = [READ, send(answer(1, protocol=1, spec={**SPEC, "title": "Other"}, status=-1, steps=0)), HANG]
    game = RemoteGame(peer(tmp_path, [*HELLO, READ, leave(4)], other))
    with pytest.raises(errors.BadDescription) as caught:
        game.reset(1)
    assert str(caught.value) == (
        WHO + "describes another game than expected: it differs in title; the two ends must "
        "be of the same version"
    )
    game.close()


def test_an_interrupt_in_mid_call_ends_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    game = RemoteGame(launch())
    game.reset(1)

    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("envs.remote.side.channel.Channel.receive", interrupted)
        with pytest.raises(KeyboardInterrupt):
            game.step(1)
    assert not running(game.pid)
    assert game.step(1) is EndStatus.ABORTED
    assert game.fault == WHO + "was ended; start another one"
    game.reset(1)
    assert game.step(1) is EndStatus.RUNNING
    game.close()


def test_what_a_worker_prints_does_not_hold_it_up() -> None:
    game = RemoteGame(trouble("noisy", at=1))
    game.reset(1)
    assert game.step(1) is EndStatus.RUNNING
    game.close()
    assert game.fault == "the game was closed"
