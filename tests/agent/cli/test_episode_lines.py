import io

from rich.console import Console

from agent.cli.episode_lines import EpisodeLines, ended_line, moment_line
from agent.play.watched import Moment
from agent.records.endings import Ending
from agent.solving.report import SolvedEpisode

DONE = Ending(kind="done", step=12, words="done at step 12")


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
    panel.hear(SolvedEpisode(seed=1, success=True, env_steps=12, skills=(), ending=DONE))
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
    assert ended_line(SolvedEpisode(seed=3, success=False, env_steps=1, skills=())) == "seed 3  not reached"
