"""Options that several commands share."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias

import typer

from agent.cli import completion


def path(text: str | Path) -> Path:
    """A path as it was typed. Raises `typer.BadParameter` for none, which a shell's unset variable leaves."""
    if text == "":
        raise typer.BadParameter("it is empty; give a path, such as . for the folder that you are in")
    return Path(text)


def _with_ray(cluster: str | None) -> str | None:
    """The cluster; refused before anything is begun where it is one and Ray is not installed."""
    from envs.workers.cluster.address import require_ray, why_no_cluster

    if cluster and not why_no_cluster(cluster):
        require_ray(cluster)
    return cluster


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
        parser=path,
        help="Folder of skill libraries. Default: ./library if it has skills, else the starter library.",
        show_default=False,
    ),
]
Seed: TypeAlias = Annotated[int, typer.Option("--seed", help="Everything random follows from it.")]
RunsDir: TypeAlias = Annotated[
    Path, typer.Option("--runs-dir", parser=path, help="Folder that holds the run folders.")
]
Workers: TypeAlias = Annotated[
    int | None,
    typer.Option("--workers", help="Processes side by side. Default: one per core.", show_default=False),
]
Cluster: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--cluster",
        callback=_with_ray,
        help="On Ray: 'local', 'auto' (the cluster of this machine), or ray://HOST:PORT (docs/cluster.md).",
        show_default=False,
    ),
]
RunToResume: TypeAlias = Annotated[
    str | None,
    typer.Option("--resume", help="Go on with this run.", autocompletion=completion.runs, show_default=False),
]
Skill: TypeAlias = Annotated[str, typer.Argument(help="Name of the skill.", autocompletion=completion.skills)]
Json: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print the result as one JSON document (docs/json.md).")
]
Judge: TypeAlias = Annotated[
    str,
    typer.Option(
        "--judge",
        help="Who says when a task is done that no fact states: auto, embedded, chat, ask (you), or facts "
        "(nobody).",
    ),
]
MaxOutputTokens: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--max-output-tokens", help="Longest reply of a live model, thoughts included. Default: 8192."
    ),
]
ContextTokens: TypeAlias = Annotated[
    int | None,
    typer.Option("--context-tokens", help="Context of a live model. Default: what its server has."),
]
ReplyTimeout: TypeAlias = Annotated[
    float | None,
    typer.Option("--reply-timeout", help="Seconds for a live model's whole reply. Default: 300."),
]
MaxReplyBytes: TypeAlias = Annotated[
    int | None,
    typer.Option("--max-reply-bytes", help="Most bytes of a live model's reply. Default: 8000000."),
]


MaxJudgeCalls: TypeAlias = Annotated[
    int | None,
    typer.Option("--max-judge-calls", help="Most calls of a live model on judging by looking. Default: 100."),
]


def asking(
    max_output_tokens: int | None,
    context_tokens: int | None,
    reply_timeout: float | None,
    max_reply_bytes: int | None,
    max_judge_calls: int | None = None,
) -> dict[str, Any]:
    """Those of the settings in `agent.config.AskingConfig` that were given."""
    settings = {
        "max_output_tokens": max_output_tokens,
        "context_tokens": context_tokens,
        "reply_timeout_s": reply_timeout,
        "max_reply_bytes": max_reply_bytes,
        "max_judge_calls": max_judge_calls,
    }
    return {name: value for name, value in settings.items() if value is not None}


LEAST_COLUMNS: Final = 60
"""A terminal with fewer has no room for tables of options: their names would be cut."""

HELP_STYLE: Final[Literal["rich"] | None] = (
    "rich" if shutil.get_terminal_size().columns >= LEAST_COLUMNS else None
)
"""How help texts look: in tables, or as plain text."""


def examples(*commands: str) -> str:
    """The end of a help text: commands that can be run, one a line."""
    lines = (f"  [bold]{command}[/]" if HELP_STYLE else f"  {command}" for command in commands)
    return "\n".join(["\b", "Examples:", *lines])
