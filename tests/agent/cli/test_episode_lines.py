import io

from rich.console import Console

from agent.cli.episode_lines import EpisodeLines, ended_line, moment_line
from agent.play.watched import EpisodeOver, Moment


def lines(panel: EpisodeLines) -> list[str]:
    console = Console(file=io.StringIO(), width=80, force_terminal=False)
    with console.capture() as capture:
        console.print(panel.shown())
    return capture.get().splitlines()


def moment(seed: int, step: int, skill: str = "eat_cow") -> Moment:
    return Moment(seed=seed, step=step, skill=skill, left=2, bars={"health": 9, "food": 3})


def test_one_line_an_episode() -> None:
    panel = EpisodeLines("collect a diamond", 3)
    assert lines(panel) == ["collect a diamond: 3 episodes", "starting ..."]
    panel.hear(moment(1, 5))
    panel.hear(moment(2, 6, "collect_wood"))
    panel.hear(moment(1, 9))
    panel.hear("something else")
    assert lines(panel)[1:] == [
        "seed 1  step 9  eat_cow, then 1 more  health 9  food 3",
        "seed 2  step 6  collect_wood, then 1 more  health 9  food 3",
    ]
    panel.hear(EpisodeOver(seed=1, words="done at step 12", reached=True))
    assert lines(panel)[:2] == [
        "collect a diamond: 3 episodes, 1 over, 1 reached",
        "seed 1  done at step 12",
    ]
    assert len(lines(panel)) == 3


def test_a_line_is_one_line_whatever_a_skill_is_called() -> None:
    shown = moment_line(moment(1, 2, "evil\x1b[2J\n" + "x" * 200))
    assert "\x1b" not in shown
    assert "\n" not in shown
    panel = EpisodeLines("x", 1)
    panel.hear(moment(1, 2, "x" * 500))
    assert all(len(line) <= 80 for line in lines(panel))


def test_an_ending_without_words_is_told_all_the_same() -> None:
    assert ended_line(EpisodeOver(seed=3, reached=False)) == "seed 3  not reached"


def test_an_evaluation_tells_tasks_apart_and_what_is_left() -> None:
    now = [0.0]
    panel = EpisodeLines("my-suite", 2, clock=lambda: now[0])
    panel.go_on(4, 10)
    for task in ("one", "two"):
        panel.hear(Moment(seed=1, step=3, skill="", left=0, task=task))
    now[0] = 60.0
    panel.hear(EpisodeOver(seed=1, task="one", words="done at step 9"))
    assert lines(panel) == [
        "my-suite: 10 episodes, 5 over, about 5:00 min left",
        "one  seed 1  done at step 9",
        "two  seed 1  step 3  looking around",
    ]
    now[0] = 90.0
    assert lines(panel)[0].endswith("about 4:30 min left")
