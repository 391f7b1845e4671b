"""``journeyman doctor``: is everything there?"""

from __future__ import annotations

import typer

from agent.cli import options
from agent.cli.failures import MISSING
from agent.cli.output import messages, print_json, results


def add_to(app: typer.Typer) -> None:
    """Add the command to the tree."""
    app.command(
        "doctor",
        epilog=options.examples("journeyman doctor", "journeyman doctor --game toy --json"),
    )(doctor_command)


def doctor_command(game: options.Game = "crafter", json: options.Json = False) -> None:
    """Check that everything works. Exit code 3 when something required is missing."""
    from agent.doctor import examine, is_healthy, to_record
    from agent.finding import Health
    from envs.registry import game_spec

    game_spec(game)
    styles = {Health.OK: "green", Health.OPTIONAL: "yellow", Health.MISSING: "red"}
    console = messages() if json else results()
    checks = []
    for check in examine(game):
        checks.append(check)
        line = f"{check.health:<9} {check.name}: {check.detail}".replace("\n", "\n          ")
        remedy = f"  -> {check.remedy}" if check.remedy else ""
        console.print(line + remedy, style=styles[check.health], soft_wrap=True)
    if json:
        print_json(to_record(checks))
    if not is_healthy(checks):
        raise typer.Exit(MISSING)
