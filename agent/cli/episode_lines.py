"""One live line for every episode that is played: its step, the skill in hand, the plan, the bars."""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final

from agent.cli.output import messages
from envs.text import counted, plain

if TYPE_CHECKING:
    from rich.console import Group
    from rich.live import Live

    from agent.play.watched import Moment
    from agent.solving.report import SolvedEpisode

MOST_ENDED: Final = 3
"""Episodes that are over and still shown, the latest."""
LONGEST_SKILL: Final = 30
"""Characters of a skill's name."""


class EpisodeLines:
    """A line per episode on stderr while it is played; silent where stderr is no terminal.

    Args:
        title: what is done.
        episodes: how many.
    """

    def __init__(self, title: str, episodes: int) -> None:
        self._title, self._episodes = title, episodes
        self._now: dict[int, Moment] = {}
        self._ended: deque[SolvedEpisode] = deque(maxlen=MOST_ENDED)
        self._done = self._reached = 0
        self._open = ExitStack()
        self._live: Live | None = None

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
        from agent.play.watched import Moment
        from agent.solving.report import SolvedEpisode

        if isinstance(said, Moment):
            self._now[said.seed] = said
        elif isinstance(said, SolvedEpisode):
            self._now.pop(said.seed, None)
            self._ended.append(said)
            self._done += 1
            self._reached += said.success

    def shown(self) -> Group:
        """The lines as they are now."""
        from rich.console import Group
        from rich.text import Text

        head = f"{self._title}: {counted(self._episodes, 'episode')}"
        head += f", {self._done} over, {self._reached} reached" if self._done else ""
        lines = [Text(head, style="bold", no_wrap=True, overflow="ellipsis")]
        for episode in self._ended:
            style = "green" if episode.success else "dim"
            lines.append(Text(ended_line(episode), style=style, no_wrap=True, overflow="ellipsis"))
        for moment in self._now.values():
            lines.append(Text(moment_line(moment), no_wrap=True, overflow="ellipsis"))
        if not self._now and self._done < self._episodes:
            lines.append(Text("starting ...", style="dim"))
        return Group(*lines)


def moment_line(moment: Moment) -> str:
    """How an episode stands, in one line.

    >>> from agent.play.watched import Moment
    >>> moment_line(Moment(seed=7, step=41, skill="eat_cow", left=3, bars={"health": 9}))
    'seed 7  step 41  eat_cow, then 2 more  health 9'
    """
    skill = plain(moment.skill, LONGEST_SKILL) or "looking around"
    more = f", then {moment.left - 1:,} more" if moment.left > 1 else ""
    bars = "  ".join(f"{name} {value}" for name, value in moment.bars.items())
    return f"seed {moment.seed}  step {moment.step:,}  {skill}{more}  {bars}".rstrip()


def ended_line(episode: SolvedEpisode) -> str:
    """How an episode went, in one line."""
    said = "reached" if episode.success else "not reached"
    return f"seed {episode.seed}  {episode.ending.words if episode.ending else said}"
