"""What a shell may complete: names of games, skills, runs, suites, presets and goals.

A shell asks at every press of the tab key, so names are read off folders and nothing heavy is loaded; and
whatever goes wrong, the answer is an empty list and not a word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

import typer

MOST_NAMES: Final = 500
"""Names that are offered at once."""

_NAME: Final = re.compile(r"[\w.:+-]{1,200}")
"""What a shell can take as one word, and a terminal can show; other names are left out."""

_AGENT: Final = Path(__file__).parent.parent

Complete: TypeAlias = Callable[[typer.Context, str], list[str]]


def _completing(
    find: Callable[[typer.Context], Iterable[str]], short: Callable[[str], str] = lambda name: name
) -> Complete:
    """What typer calls: with what was typed so far, and with the beginning of the word.

    Args:
        find: the names.
        short: what a name may be called as well; offered where no whole name begins so.
    """

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        try:
            names = [name for name in find(ctx) if _NAME.fullmatch(name)]
        except Exception:  # a shell that waits for names is not the place for an error
            return []
        found = {name for name in names if name.startswith(incomplete)}
        found = found or {short(name) for name in names if short(name).startswith(incomplete)}
        return sorted(found)[:MOST_NAMES]

    return complete


def _games(ctx: typer.Context) -> Iterable[str]:
    from envs.registry import game_names

    return game_names()


def _skills(ctx: typer.Context) -> Iterator[str]:
    """Skills of the library that the command would use, retired ones too."""
    folder = _library(ctx)
    return (path.name for path in folder.iterdir() if any(path.glob("v*/DONE")))


def _goals(ctx: typer.Context) -> Iterator[str]:
    """Skills and facts of the library's graph."""
    nodes = json.loads((_library(ctx) / "graph.json").read_text(encoding="utf-8"))["nodes"]
    return (str(node["name"]) for node in nodes)


def _runs(ctx: typer.Context) -> Iterator[str]:
    """Names of runs; what goes on with a run is offered those of its own command."""
    folder = Path(ctx.params.get("runs_dir") or "runs")
    own = f"-{ctx.info_name}-" if ctx.info_name in ("practice", "eval") else ""
    names = (path.parent.name for path in folder.glob("*/run.json"))
    return (name for name in names if own in name and not name.startswith("."))


def _last_part(name: str) -> str:
    """The last six letters of a run's name, which are enough to name it by."""
    return name.rpartition("-")[2]


def _practised(ctx: typer.Context) -> Iterable[str]:
    """Skills that the practice knows of whose name was typed before."""
    from agent.records.commands import known_skills
    from agent.records.runs import find_run

    return known_skills(find_run(Path(ctx.params.get("runs_dir") or "runs"), ctx.params["name"]))


def _suites(ctx: typer.Context) -> Iterator[str]:
    yield "judge"
    yield from (path.stem for path in (_AGENT / "evaluation" / "suites").glob("*.toml"))


def _presets(ctx: typer.Context) -> Iterator[str]:
    return (path.name.split(".")[1] for path in (_AGENT / "presets").glob("practice.*.toml"))


def _library(ctx: typer.Context) -> Path:
    from agent.play.libraries import choose_library

    game, given = ctx.params.get("game") or "crafter", ctx.params.get("library")
    return choose_library(Path(given) if given else None, game) / game


games: Final = _completing(_games)
skills: Final = _completing(_skills)
goals: Final = _completing(_goals)
runs: Final = _completing(_runs, _last_part)
practised: Final = _completing(_practised)
suites: Final = _completing(_suites)
presets: Final = _completing(_presets)
