import os

import pytest

from skills.code.running_time import MOST_KILLED, RunningTime, processor_seconds


def test_the_next_try_is_as_long_as_the_last_one_says_it_must_be():
    time = RunningTime(1.0, 60.0)
    time.add(wall=1.0, processor=0.5)
    assert time.is_up and time.goes_on(killed=False)
    assert time.wall_limit == 3.0  # half of the processor: twice as long, and a half more
    time.add(wall=3.0, processor=0.9)
    assert not time.goes_on(killed=False)
    assert time.spent == pytest.approx(1.4)


def test_without_any_processor_time_the_next_try_is_eight_times_as_long_until_patience_ends():
    time, limits = RunningTime(1.0, 60.0), []
    while True:
        limits.append(time.wall_limit)
        time.add(wall=time.wall_limit, processor=0.0)
        if not time.goes_on(killed=False):
            break
    assert limits == [1.0, 8.0, 51.0]
    assert sum(limits) == 60.0


def test_a_try_that_ended_before_its_time_was_not_cut_off():
    time = RunningTime(1.0, 60.0)
    time.add(wall=0.9, processor=0.0)
    assert not time.is_up


def test_a_killed_call_is_tried_again_once():
    time = RunningTime(1.0, 60.0)
    for tries in range(1, MOST_KILLED + 1):
        time.add(wall=2.0, processor=None)
        assert time.goes_on(killed=True) == (tries < MOST_KILLED)
    assert time.wall_limit == 1.0
    assert time.spent == 2.0 * MOST_KILLED


@pytest.mark.skipif(processor_seconds(os.getpid()) is None, reason="this system does not tell")
def test_a_process_that_has_ended_has_no_clock():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    assert processor_seconds(pid) is None
    assert processor_seconds(os.getpid()) > 0
