"""``journeyman setup``: what a game needs beside Journeyman, built in a place of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agent.cli import options
from agent.cli.output import messages, print_json, result

group = typer.Typer(
    no_args_is_help=True,
    help="Build what a game needs beside Journeyman, in a place of its own.",
    rich_markup_mode=options.HELP_STYLE,
)


@group.command(
    "minecraft",
    epilog=options.examples(
        "journeyman setup minecraft", "journeyman setup minecraft --folder side --python python3.12"
    ),
)
def minecraft_command(
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            parser=options.path,
            help="Default: JOURNEYMAN_MINECRAFT, else ~/.local/share/journeyman/minecraft.",
            show_default=False,
        ),
    ] = None,
    python: Annotated[
        str | None,
        typer.Option(
            "--python", help="A Python 3.9 to 3.13. Default: the one that runs this.", show_default=False
        ),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Build it anew though it is there.")] = False,
    json: options.Json = False,
) -> None:
    """Build the environment that MineDojo runs in: half a minute, 300 MB, with pip as it is configured.

    It may be run again at any time, and goes on where it was stopped. Journeyman's own packages stay as
    they are.
    """
    from agent.errors import MissingPrerequisite
    from agent.surroundings import expanded
    from envs.minecraft.package.building import build_side

    console = messages()
    try:
        report = build_side(
            None if folder is None else expanded(folder),
            python,
            again=again,
            say=lambda line: console.print(line, soft_wrap=True),
        )
    except OSError as error:
        raise MissingPrerequisite(
            f"the side environment cannot be written: {error.strerror or error}: {str(error.filename)!r}; "
            "name another folder: --folder"
        ) from error
    if json:
        print_json(report.to_record())
        return
    taken = f"{sum(report.seconds.values()):.0f} s" if report.seconds else "no time"
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    result(f"MineDojo is set up in {str(report.folder)!r}: {taken}, {report.megabytes} MB; {versions}")
