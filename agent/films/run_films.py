"""Films of a run's episodes, in its media folder."""

from __future__ import annotations

from pathlib import Path

from agent.films.film import FilmFormat, film_episode
from agent.records.episodes import episodes_of
from agent.records.runs import read_run

MOST_FILMS = 50
"""Episodes of a run that are filmed when all of them are asked for."""


def film_run(run: Path, *, form: FilmFormat = "auto") -> tuple[Path, ...]:
    """Film the first `MOST_FILMS` episodes of a run; the films' paths.

    Raises:
        BadTrace, MissingDependency, RunDamaged, OSError: see `agent.films.film.film_episode`.
    """
    films: list[Path] = []
    for episode in episodes_of(read_run(run)):
        if len(films) == MOST_FILMS:
            break
        films.append(film_episode(episode, run / "media" / film_name(episode.number), form=form)[0])
    return tuple(films)


def film_name(number: int) -> str:
    """The name of an episode's film, without its ending.

    >>> film_name(7)
    'episode-007'
    """
    return f"episode-{number:03d}"
