"""``journeyman runs film``: an episode as a film with captions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.cli import completion, options
from agent.cli.output import print_json, result, say

RunName = Annotated[
    str,
    typer.Argument(
        help="Name of the run, its beginning, or its last six letters.", autocompletion=completion.runs
    ),
]
Episode = Annotated[
    str, typer.Option("--episode", "-e", help="Which episode of the run, by its number; see runs replay.")
]
Format = Annotated[
    str,
    typer.Option("--format", "-f", help="mp4, gif, cast (for asciinema), or auto: mp4 where it can be made."),
]
Pace = Annotated[
    float | None,
    typer.Option("--pace", help="Game steps per second. Default: 4, and faster for long episodes."),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        parser=options.path,
        help="The film's path, without ending. Default: in the run's media folder.",
    ),
]


def add_to(group: typer.Typer) -> None:
    """Add the command to the commands on runs."""
    group.command(
        "film",
        epilog=options.examples(
            "journeyman runs film 3f9a2c", "journeyman runs film 3f9a2c --episode 2 --format gif --pace 3"
        ),
    )(film_command)


def film_command(
    name: RunName,
    episode: Episode = "1",
    form: Format = "auto",
    pace: Pace = None,
    output: Output = None,
    runs_dir: options.RunsDir = Path("runs"),
    json: options.Json = False,
) -> None:
    """Play a recorded episode again and film it: goal, skill in hand, place in the plan, bars, why it ended.

    The film is made from what the episode follows from, so it needs no recording beforehand.
    """
    from typing import cast

    from agent.films.film import FilmFormat, film_episode
    from agent.films.run_films import film_name
    from agent.records.episodes import find_episode
    from agent.records.runs import find_run

    found = find_episode(find_run(runs_dir, name), episode)
    path = output or found.run.path / "media" / film_name(found.number)
    film, doubt = film_episode(found, path, form=cast(FilmFormat, form), pace=pace)
    if json:
        print_json({"film": str(film), "ending": found.ending.to_record(), "doubt": doubt})
        return
    if doubt:
        say(f"journeyman: {doubt}; the film shows that")
    result(f"{found.asked}: {found.ending.words}")
    result(f"film: {film}")
