"""A recorded episode as a film: a video with captions, or a terminal cast."""

from __future__ import annotations

import errno
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Final, Literal, TypeAlias
from uuid import uuid4

from agent.errors import BadConfig
from agent.films.captions import Caption, caption
from agent.films.drawing import end_card, with_strip
from agent.films.pace import Shown, schedule
from agent.records.episodes import Episode
from agent.records.timeline import Timeline, timeline
from envs import disk
from envs.disk import Written
from envs.game import Game
from envs.recording.cast import TerminalCast
from envs.recording.rebuilding import Rebuilding
from envs.recording.video import best_video_format, open_video, require_encoder
from envs.terminal import TerminalGame

FilmFormat: TypeAlias = Literal["auto", "mp4", "gif", "cast"]

FORMATS: Final = ("auto", "mp4", "gif", "cast")

FPS: Final = 10.0
"""Frames per second of a video."""

GIF_FRAMES: Final = 400
"""Pictures of a gif at most: its encoder keeps all of them in memory."""

Draw: TypeAlias = Callable[[Game, Caption, int, bool], None]
"""Takes the game, what is said, for how many frames, and whether this is the end."""


def film_episode(
    episode: Episode, path: Path, *, form: FilmFormat = "auto", pace: float | None = None
) -> tuple[Path, str]:
    """Play an episode again and film it.

    Args:
        episode: which.
        path: of the film, without its ending.
        form: of the file; ``auto``: mp4 where its encoder is installed, else gif.
        pace: steps per second; None to choose, see `agent.films.pace`.

    Returns:
        The film's path, and why it may not show what was played; empty where all agrees.

    Raises:
        BadConfig: there is no such format, or the pace makes no sense.
        BadTrace: the episode cannot be played again.
        MissingDependency: there is no encoder for that format.
        RunDamaged: what was decided meanwhile cannot be read.
        OSError: the film cannot be written.
    """
    chosen = _format(form)
    if pace is not None and not pace > 0:
        raise BadConfig(f"pace is {pace:g} steps per second; expected more than 0")
    disk.require_name(path)
    trace = episode.trace
    line = timeline(episode.events(), trace.first_step, trace.steps, episode.ending)
    shown = schedule(line, FPS, pace)
    if chosen == "gif":
        shown = thinned(shown, GIF_FRAMES)
    target = path.with_name(f"{path.name}.{chosen}")
    partial = target.with_name(f".{path.name}.{uuid4().hex[:8]}.partial.{chosen}")
    disk.make_folder(target.parent, Written.RECORDING)
    try:
        disk.create(partial, b"", Written.RECORDING, target=target, flush=False)
        disk.remove(partial, Written.RECORDING)  # it can be written; encoders do not say why they cannot
        with disk.point(Written.RECORDING, "create", target):
            doubt = _encoded(episode, line, shown, partial)
        disk.rename(partial, target, Written.RECORDING)
    except BaseException:
        disk.remove(partial, Written.RECORDING)
        raise
    return target, doubt


def _encoded(episode: Episode, line: Timeline, shown: list[Shown], partial: Path) -> str:
    """As `_write`; an encoder that breaks off, as on a full disk, raises an `OSError` with a number."""
    try:
        return _write(episode, line, shown, partial)
    except OSError as error:
        if error.errno is not None:
            raise
        raise OSError(
            errno.EIO, "its encoder broke off; is there room for the film?", str(partial)
        ) from error


def thinned(shown: list[Shown], most: int) -> list[Shown]:
    """At most so many moments, which stay as long as those that they stand for.

    >>> thinned([Shown(0, 1), Shown(1, 2), Shown(2, 3)], 2)
    [Shown(moment=0, frames=3), Shown(moment=2, frames=3)]
    """
    while len(shown) > most:
        pairs = [shown[i : i + 2] for i in range(0, len(shown), 2)]
        last = shown[-1].moment
        shown = [Shown(pair[0].moment, sum(each.frames for each in pair)) for pair in pairs]
        shown[-1] = Shown(last, shown[-1].frames)
    return shown


def _format(form: FilmFormat) -> Literal["mp4", "gif", "cast"]:
    if form == "auto":
        return best_video_format()
    if form == "cast":
        return form
    if form in FORMATS:
        require_encoder(form)
        return form
    raise BadConfig(f"format is {form!r}; expected one of {', '.join(FORMATS)}")


def _write(episode: Episode, line: Timeline, shown: list[Shown], path: Path) -> str:
    if path.suffix == ".cast":
        return _write_cast(episode, line, shown, path)
    return _write_video(episode, line, shown, path)


def _write_video(episode: Episode, line: Timeline, shown: list[Shown], path: Path) -> str:
    writer = open_video(path, FPS)

    def draw(game: Game, said: Caption, frames: int, last: bool) -> None:
        frame = with_strip(game.frame(_size(game)), said)
        if last:
            frame = end_card(frame, episode.ending.words, good=episode.ending.kind == "done")
        writer.append(frame, frames)

    try:
        return _play(episode, line, shown, draw)
    finally:
        writer.close()


def _write_cast(episode: Episode, line: Timeline, shown: list[Shown], path: Path) -> str:
    time = 0.0

    def draw(game: Game, said: Caption, frames: int, last: bool) -> None:
        nonlocal time
        screen = game.screen_text() if isinstance(game, TerminalGame) else game.caption()
        end = ["", episode.ending.words] if last else []
        cast.screen(time, "\n".join([*said.lines(), *end, "", screen]))
        time += frames / FPS

    stream = StringIO()
    cast = TerminalCast(stream, episode.asked)
    doubt = _play(episode, line, shown, draw)
    disk.create(path, stream.getvalue().encode("utf-8", "replace"), Written.RECORDING)
    return doubt


def _play(episode: Episode, line: Timeline, shown: list[Shown], draw: Draw) -> str:
    """Play the episode again and draw what is shown; says what is doubtful."""
    before: int | None = None
    with Rebuilding(episode.trace) as playing:
        for each in shown:
            while playing.position < each.moment and playing.step():
                pass
            last = each is shown[-1]
            said = caption(
                line, playing.position, goal=episode.asked, first_step=episode.trace.first_step,
                spec=playing.game.spec, facts=playing.game.facts(), since=before,
            )  # fmt: skip
            if last and each.frames > 1:  # the end as it was, before the card
                held = each.frames // 3
                draw(playing.game, said, held, False)
                draw(playing.game, said, each.frames - held, True)
            else:
                draw(playing.game, said, each.frames, last)
            before = each.moment
        return playing.doubt


def _size(game: Game) -> tuple[int, int]:
    """Width and height of a picture: a terminal needs more of it to be read."""
    return (960, 528) if isinstance(game, TerminalGame) else (576, 576)
