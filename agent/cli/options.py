"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from agent.cli import completion

Game: TypeAlias = Annotated[
    str, typer.Option("--game", "-g", help="Which game to play.", autocompletion=completion.games)
]
GameOptions: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--game-option", "-o", help="key=value, an argument of the game such as a level; may be repeated."
    ),
]
Library: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--library",
        help="Folder of skill libraries. Default: ./library if it has skills, else the starter library.",
        show_default=False,
    ),
]
Seed: TypeAlias = Annotated[int, typer.Option("--seed", help="Everything random follows from it.")]
RunsDir: TypeAlias = Annotated[Path, typer.Option("--runs-dir", help="Folder that holds the run folders.")]
Workers: TypeAlias = Annotated[
    int | None,
    typer.Option("--workers", help="Processes side by side. Default: one per core.", show_default=False),
]
RunToResume: TypeAlias = Annotated[
    str | None,
    typer.Option("--resume", help="Go on with this run.", autocompletion=completion.runs, show_default=False),
]
Skill: TypeAlias = Annotated[str, typer.Argument(help="Name of the skill.", autocompletion=completion.skills)]
Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print the result as one JSON document (docs/json.md).")
]


def examples(*commands: str) -> str:
    """The end of a help text: commands that can be run, one a line."""
    return "\n".join(["\b", "Examples:", *(f"  [bold]{command}[/]" for command in commands)])
