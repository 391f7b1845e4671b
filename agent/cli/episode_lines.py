"""One live line for every episode that is played: its step, the skill in hand, the plan, the bars."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from agent.cli.output import messages
from envs.text import counted, plain

if TYPE_CHECKING:
    from rich.console import Group
    from rich.live import Live

    from agent.play.watched import EpisodeOver, Moment

MOST_ENDED: Final = 3
"""Episodes that are over and still shown, the latest."""
LONGEST_SKILL: Final = 30
"""Characters of a skill's name, and of a task's."""
LEAST_LEFT_S: Final = 20.0
"""Seconds from which on it is said how long the rest may take."""


class EpisodeLines:
    """A line per episode on stderr while it is played; silent where stderr is no terminal.

    Args:
        title: what is done.
        episodes: how many.
        clock: seconds, for the time that is left.
    """

    def __init__(self, title: str, episodes: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._title, self._episodes = title, episodes
        self._now: dict[tuple[str, int], Moment] = {}
        self._ended: deque[EpisodeOver] = deque(maxlen=MOST_ENDED)
        self._before = self._done = self._reached = 0
        self._asked = False
        self._clock = clock
        self._began = self._latest = clock()
        self._open = ExitStack()
        self._live: Live | None = None

    def go_on(self, done: int, total: int) -> None:
        """Say how many there are in all, and how many an earlier part of the run has played."""
        self._before, self._done, self._episodes = done, done, total
        self._began = self._latest = self._clock()

    def start(self) -> None:
        """Begin to listen and to show."""
        from rich.live import Live

        from envs.workers.remarks import listening

        console = messages()
        if not console.is_terminal or self._live is not None:
            return
        self._live = Live(get_renderable=self.shown, console=console, refresh_per_second=8, transient=True)
        self._open.enter_context(self._live)
        self._open.enter_context(listening(self.hear))

    def stop(self) -> None:
        """Take the lines away; harmless when repeated."""
        self._open.close()

    def hear(self, said: Any) -> None:
        """Take in a remark: a moment of an episode, or how it went."""
        from agent.play.watched import EpisodeOver, Moment

        if isinstance(said, Moment):
            self._now[said.task, said.seed] = said
        elif isinstance(said, EpisodeOver):
            self._now.pop((said.task, said.seed), None)
            self._ended.append(said)
            self._done += 1
            self._latest = self._clock()
            self._asked = self._asked or said.reached is not None
            self._reached += bool(said.reached)

    def shown(self) -> Group:
        """The lines as they are now."""
        from rich.console import Group
        from rich.text import Text

        lines = [Text(self._head(), style="bold", no_wrap=True, overflow="ellipsis")]
        for episode in self._ended:
            style = "green" if episode.reached else "dim"
            lines.append(Text(ended_line(episode), style=style, no_wrap=True, overflow="ellipsis"))
        for moment in self._now.values():
            lines.append(Text(moment_line(moment), no_wrap=True, overflow="ellipsis"))
        if not self._now and self._done < self._episodes:
            lines.append(Text("starting ...", style="dim"))
        return Group(*lines)

    def _head(self) -> str:
        from agent.records.summary import duration_in_words  # loads numpy; help needs none

        head = f"{self._title}: {counted(self._episodes, 'episode')}"
        if self._done:
            head += f", {self._done:,} over"
            head += f", {self._reached:,} reached" if self._asked else ""
        if played := self._done - self._before:
            left = (self._latest - self._began) / played * (self._episodes - self._done)
            left -= self._clock() - self._latest
            head += f", about {duration_in_words(left)} left" if left >= LEAST_LEFT_S else ""
        return head


def moment_line(moment: Moment) -> str:
    """How an episode stands, in one line.

    >>> from agent.play.watched import Moment
    >>> moment_line(Moment(seed=7, step=41, skill="eat_cow", left=3, bars={"health": 9}))
    'seed 7  step 41  eat_cow, then 2 more  health 9'
    """
    skill = plain(moment.skill, LONGEST_SKILL) or "looking around"
    more = f", then {moment.left - 1:,} more" if moment.left > 1 else ""
    bars = "  ".join(f"{name} {value}" for name, value in moment.bars.items())
    return f"{_which(moment)}  step {moment.step:,}  {skill}{more}  {bars}".rstrip()


def ended_line(episode: EpisodeOver) -> str:
    """How an episode went, in one line."""
    said = {True: "reached", False: "not reached", None: "over"}[episode.reached]
    return f"{_which(episode)}  {episode.words or said}"


def _which(episode: Moment | EpisodeOver) -> str:
    """Which episode it is: its seed, and its task where there are several."""
    task = f"{plain(episode.task, LONGEST_SKILL)}  " if episode.task else ""
    return f"{task}seed {episode.seed}"
