"""``journeyman answers``: packs of recorded answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import options
from agent.cli.output import print_json, result, say
from envs.text import counted

if TYPE_CHECKING:
    from agent.llm.carrying import Carried

group = typer.Typer(help="Packs of recorded answers.", no_args_is_help=True)


@group.callback()
def answers_command() -> None:
    """Packs of recorded answers."""


@group.command("carry", epilog=options.examples("journeyman answers carry --game crafter --dry-run"))
def carry_command(
    game: options.Game = "crafter",
    pack: Annotated[
        Path | None,
        typer.Option(
            "--pack", parser=options.path, help="Pack to change. Default: the one shipped for the game."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Carry answers over to a game whose vocabulary has only grown, and mark them so.

    An answer stands where every line of manual, facts, things to look for and actions that the model was told
    is still there. The others are left as they are, and the exit code is 1.
    """
    from agent.llm.answer_pack import PACK_FOLDER, AnswerPack
    from agent.llm.carrying import carry_over
    from envs.registry import game_spec

    spec = game_spec(game)
    path = pack or PACK_FOLDER / f"{spec.name}.json"
    answers = AnswerPack.load(path)
    done = carry_over(answers, spec)
    if done.carried and not dry_run:
        answers.save(path)
    if json:
        print_json(_record(done, path))
    else:
        _tell(done, path, dry_run=dry_run)
    if done.refused:
        raise typer.Exit(1)


def _record(done: Carried, path: Path) -> dict[str, Any]:
    return {
        "pack": str(path),
        "carried": [answer.id for answer in done.carried],
        "unchanged": done.unchanged,
        "refused": [{"id": each.answer.id, "reason": each.reason} for each in done.refused],
    }


def _tell(done: Carried, path: Path, *, dry_run: bool) -> None:
    for each in done.refused:
        say(f"left as it is: {each.answer.request}: {each.reason}")
    would = "would be carried" if dry_run else "carried"
    result(
        f"{counted(len(done.carried), 'answer')} {would} over, {done.unchanged} unchanged, "
        f"{len(done.refused)} left as they are, in {str(path)!r}"
    )
