"""``journeyman doctor``: is everything there?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import options
from agent.cli.failures import MISSING
from agent.cli.output import messages, print_json, results

if TYPE_CHECKING:
    from agent.finding import Check


def add_to(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command(
        "doctor",
        epilog=options.examples(
            "journeyman doctor",
            "journeyman doctor --game toy --json",
            "journeyman doctor minecraft --engine 127.0.0.1:9000",
            "journeyman doctor --cluster auto",
        ),
    )(doctor_command)


def doctor_command(
    part: Annotated[
        str | None,
        typer.Argument(
            help="minecraft: look at what MineDojo needs instead.", show_default=False, metavar="[minecraft]"
        ),
    ] = None,
    game: options.Game = "crafter",
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder", parser=options.path, help="With minecraft: the side environment.", show_default=False
        ),
    ] = None,
    engine: Annotated[
        str | None,
        typer.Option("--engine", help="With minecraft: HOST:PORT that is to answer.", show_default=False),
    ] = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="With minecraft: also import the package (ten seconds).")
    ] = False,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            help="Look at this cluster instead: local, auto or ray://HOST:PORT.",
            show_default=False,
        ),
    ] = None,
    json: options.Json = False,
) -> None:
    """Check that everything works. Exit code 3 when something required is missing."""
    from agent.doctor import is_healthy, to_record

    checks = list(_shown(_checks(part, game, folder, engine, thorough, cluster), json))
    if json:
        print_json(to_record(checks))
    if not is_healthy(checks):
        raise typer.Exit(MISSING)


def _checks(
    part: str | None,
    game: str,
    folder: Path | None,
    engine: str | None,
    thorough: bool,
    cluster: str | None,
) -> Iterator[Check]:
    from agent.cluster_doctor import examine_cluster
    from agent.doctor import examine
    from agent.errors import BadConfig
    from agent.minecraft_doctor import examine_minecraft
    from agent.surroundings import expanded
    from envs.registry import game_spec
    from envs.text import brief
    from envs.workers.cluster.address import why_no_cluster

    if part not in (None, "minecraft"):
        raise BadConfig(f"the doctor knows no part {brief(part)}; it knows: minecraft")
    if part is None and (folder is not None or engine is not None or thorough):
        raise BadConfig("--folder, --engine and --thorough belong to: journeyman doctor minecraft")
    if cluster is not None:
        if part is not None:
            raise BadConfig("--cluster belongs to: journeyman doctor, without minecraft")
        if why := why_no_cluster(cluster):
            raise BadConfig(f"cluster is {brief(cluster)}; {why}")
        game_spec(game)
        return examine_cluster(cluster, game)
    if part is not None:
        return examine_minecraft(folder and expanded(folder), engine, thorough=thorough)
    game_spec(game)
    return examine(game)


def _shown(checks: Iterable[Check], json: bool) -> Iterator[Check]:
    """The checks as they come, each printed."""
    from agent.finding import Health

    styles = {Health.OK: "green", Health.OPTIONAL: "yellow", Health.MISSING: "red"}
    console = messages() if json else results()
    for check in checks:
        line = f"{check.health:<9} {check.name}: {check.detail}".replace("\n", "\n          ")
        remedy = f"  -> {check.remedy}" if check.remedy else ""
        console.print(line + remedy, style=styles[check.health], soft_wrap=True)
        yield check
