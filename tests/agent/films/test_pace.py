"""How long moments are shown."""

import pytest

from agent.films.film import thinned
from agent.films.pace import FIRST_S, LAST_S, Shown, schedule, seconds
from agent.records.endings import Ending
from agent.records.timeline import Timeline, timeline

FPS = 10.0


def line(steps: int, *, skills: int = 0) -> Timeline:
    each = steps // max(1, skills)
    events = [
        {"kind": "skill_started", "env_step": index * each, "skill": f"s{index}"} for index in range(skills)
    ]
    return timeline(events, 0, steps, Ending(kind="done", step=steps, words="done"))


def test_a_short_film_can_be_followed() -> None:
    shown = schedule(line(44), FPS)
    assert [each.moment for each in shown] == list(range(45))
    assert 10 <= seconds(shown, FPS) <= 20
    assert shown[0].frames >= FIRST_S * FPS and shown[-1].frames >= LAST_S * FPS


def test_what_happens_is_held() -> None:
    plain, told = schedule(line(40), FPS), schedule(line(40, skills=4), FPS)
    frames = {each.moment: each.frames for each in told}
    assert frames[10] > frames[11]
    assert seconds(told, FPS) > seconds(plain, FPS)


@pytest.mark.parametrize(("steps", "skills"), [(10_000, 0), (10_000, 900)])
def test_a_long_film_ends(steps: int, skills: int) -> None:
    shown = schedule(line(steps, skills=skills), FPS)
    assert seconds(shown, FPS) < 140
    assert (shown[0].moment, shown[-1].moment) == (0, steps)


def test_a_pace_that_was_asked_for() -> None:
    assert seconds(schedule(line(100), FPS, 2.0), FPS) == pytest.approx(50 + FIRST_S + LAST_S, abs=1)
    with pytest.raises(ValueError, match="above 0"):
        schedule(line(3), FPS, 0.0)


def test_an_episode_without_steps_is_one_moment() -> None:
    assert [each.moment for each in schedule(line(0), FPS)] == [0]


def test_fewer_moments_stand_for_as_long() -> None:
    shown = [Shown(moment, 2) for moment in range(1_001)]
    fewer = thinned(shown, 400)
    assert len(fewer) <= 400
    assert seconds(fewer, FPS) == seconds(shown, FPS)
    assert (fewer[0].moment, fewer[-1].moment) == (0, 1_000)
