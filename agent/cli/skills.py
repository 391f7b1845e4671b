"""``journeyman skills``: look into a skill library, check it, carry skills from one to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import options
from agent.cli.failures import BAD_INPUT
from agent.cli.output import print_code, print_json, result, results, say
from envs.text import command_line, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planners.graph.graph import SkillGraph
    from skills.skill import Lineage, Skill
    from skills.store.archive import ImportReport
    from skills.store.store import SkillLibrary

group = typer.Typer(no_args_is_help=True, help="List, show, verify, export, import and retire skills.")


def _summary(skill: Skill) -> dict[str, Any]:
    from skills.interval import wilson

    stats = skill.stats
    return {
        "name": skill.name,
        "version": skill.version,
        "kind": skill.kind.value,
        "description": skill.description,
        "claim": skill.claim,
        "policy": skill.policy.kind,
        "successes": stats.successes,
        "attempts": stats.attempts,
        "ci95": wilson(stats.successes, stats.attempts).rounded(4),
        "train_steps": skill.lineage.train_steps,
    }


def _use(library: SkillLibrary, name: str) -> dict[str, int]:
    return library.use(name).model_dump()


def _use_text(use: dict[str, int]) -> str:
    """Executions outside of trials, in words."""
    attempts = use["successes"] + use["failures"]
    unclear = f", {use['unclear']} unclear" if use["unclear"] else ""
    return f"{use['successes']} of {attempts}{unclear}" if attempts or unclear else "not yet"


@group.command(
    "list", epilog=options.examples("journeyman skills list --json", "journeyman skills list --retired")
)
def list_command(
    game: options.Game = "crafter",
    library: options.Library = None,
    retired_only: Annotated[
        bool, typer.Option("--retired", help="Only skills that are not used any more, and why.")
    ] = False,
    json: options.Json = False,
) -> None:
    """All skills of a library."""
    from agent.play.libraries import open_store

    store = open_store(library, game)
    if retired_only:
        _list_retired(game, store, json)
        return
    records, retired, damaged = _read_all(store)
    if json:
        print_json(
            {
                "game": game,
                "library": str(store.root),
                "skills": records,
                "retired": retired,
                "damaged": damaged,
            }
        )
    else:
        _print_list(game, store, records, retired)
    for message in damaged.values():
        say(message)
    if damaged:
        raise typer.Exit(BAD_INPUT)


def _list_retired(game: str, store: SkillLibrary, json: bool) -> None:
    """The skills that are retired: why, since when, by whom, and what does the same."""
    from rich.table import Table

    found = {name: store.retirement(name) for name in store.names(retired=True)}
    records: list[dict[str, Any]] = [
        {
            "name": name,
            "up_to_version": retirement["up_to_version"],
            "reason": retirement["reason"],
            "instead": retirement.get("instead", ""),
            "by": retirement.get("by", ""),
            "utc": retirement["utc"],
        }
        for name, retirement in found.items()
        if retirement is not None
    ]
    if json:
        print_json({"game": game, "library": str(store.root), "retired": records})
        return
    if not records:
        result("no skill is retired")
        return
    table = Table("skill", "why", "since", "by", title=f"{game}: {store.root}, retired")
    for record in records:
        table.add_row(record["name"], record["reason"], record["utc"], record["by"] or "a person")
    results().print(table)
    result("use one again with: journeyman skills restore NAME")


def _read_all(store: SkillLibrary) -> tuple[list[dict[str, Any]], dict[str, str], dict[str, str]]:
    """Summaries of the skills in use, why others are retired, and what is wrong with damaged ones."""
    from skills.errors import LibraryDamaged

    records: list[dict[str, Any]] = []
    retired: dict[str, str] = {}
    damaged: dict[str, str] = {}
    for name in store.names(retired=True):
        try:
            retirement = store.retirement(name)
            if retirement is not None:
                retired[name] = retirement["reason"]
            else:
                records.append({**_summary(store.load(name)), "use": _use(store, name)})
        except LibraryDamaged as error:
            damaged[name] = str(error)
    return records, retired, damaged


def _print_list(
    game: str, store: SkillLibrary, records: list[dict[str, Any]], retired: dict[str, str]
) -> None:
    from rich.table import Table

    columns = ("skill", "kind", "fresh seeds", "95 % interval", "in use", "trained for")
    table = Table(*columns, title=f"{game}: {store.root}")
    for record in records:
        low, high = record["ci95"]
        table.add_row(
            record["name"],
            record["kind"],
            f"{record['successes']} of {record['attempts']}",
            f"{low:.0%} to {high:.0%}",
            _use_text(record["use"]),
            counted(record["train_steps"], "step") if record["train_steps"] else record["policy"],
        )
    results().print(table)
    for name, reason in retired.items():
        result(f"retired: {name}{f' ({reason})' if reason else ''}")


@group.command("show", epilog=options.examples("journeyman skills show collect_wood"))
def show_command(
    name: options.Skill,
    game: options.Game = "crafter",
    library: options.Library = None,
    json: options.Json = False,
) -> None:
    """One skill: what it needs and brings, its code, how well it does, where it comes from."""
    from agent.play.libraries import open_store

    store = open_store(library, game)
    skill, use, retired = store.load(name), _use(store, name), store.retirement(name)
    if json:
        from agent.cli.skill_tables import beliefs_record

        beliefs = beliefs_record(skill.name, _graph(store))
        print_json({**skill.model_dump(mode="json"), "use": use, "retired": retired, "beliefs": beliefs})
        return
    from agent.cli.run_tables import rows_table
    from agent.cli.skill_tables import code_of, effects_table, facts_about

    console = results()
    console.print(f"{skill.name} v{skill.version} ({skill.kind.value}): {skill.description}")
    console.print(effects_table(skill, _graph(store)))
    about = list(facts_about(skill, _use_text(use), retired, _origin(skill.lineage)))
    console.print(rows_table("How it does, and where it comes from", ("", ""), about))
    for title, source in code_of(skill):
        console.print(f"\n{title}", style="bold")
        print_code(source)


def _graph(store: SkillLibrary) -> SkillGraph | None:
    """The library's graph; None where there is none, or none that can be read: `skills verify` tells."""
    from agent.play.libraries import load_library_graph
    from planners.errors import PlanningError

    try:
        return load_library_graph(store) if store.graph_path.is_file() else None
    except PlanningError:
        return None


def _origin(lineage: Lineage) -> str:
    """Where a skill comes from, in words."""
    parts = [f"run {lineage.run}, seed {lineage.seed}", f"{lineage.source} answers" if lineage.source else ""]
    parts.append(f"trained for {counted(lineage.train_steps, 'step')}" if lineage.train_steps else "")
    parts.append(f"from the weights of {lineage.parent}" if lineage.parent else "")
    parts.append(f"of the skills {', '.join(lineage.parts)}" if lineage.parts else "")
    return ", ".join(part for part in parts if part)


@group.command("verify", epilog=options.examples("journeyman skills verify --library mine"))
def verify_command(
    game: options.Game = "crafter", library: options.Library = None, json: options.Json = False
) -> None:
    """Hash every file of a library again. Exit code 2 when something is wrong."""
    from agent.play.libraries import open_store

    store = open_store(library, game)
    problems = store.verify()
    names = store.names(retired=True) if problems else store.names()
    if json:
        found = [{"path": problem.path, "message": problem.message} for problem in problems]
        print_json({"game": game, "library": str(store.root), "skills": names, "problems": found})
    elif not problems:
        result(f"{counted(len(names), 'skill')}, all hashes fit")
    for problem in problems:
        say(f"{problem.path}: {problem.message}")
    if problems:
        raise typer.Exit(BAD_INPUT)


@group.command("export", epilog=options.examples("journeyman skills export crafter-skills.zip"))
def export_command(
    file: Annotated[Path, typer.Argument(parser=options.path, help="File to write.")],
    game: options.Game = "crafter",
    library: options.Library = None,
    json: options.Json = False,
) -> None:
    """Write a whole library into one file."""
    from agent.play.libraries import open_store

    store = open_store(library, game)
    store.export(file)
    names = store.names()
    if json:
        print_json({"game": game, "library": str(store.root), "skills": names, "file": str(file)})
    else:
        result(f"{counted(len(names), 'skill')} exported to {str(file)!r}")


@group.command(
    "import", epilog=options.examples("journeyman skills import crafter-skills.zip --library mine")
)
def import_command(
    file: Annotated[Path, typer.Argument(parser=options.path, help="File that 'skills export' wrote.")],
    game: options.Game = "crafter",
    library: Annotated[
        Path, typer.Option("--library", parser=options.path, help="Library to add to.")
    ] = Path("library"),
    json: options.Json = False,
) -> None:
    """Add the skills of a file to a library; nothing that is there is overwritten."""
    from agent.play.libraries import library_at
    from envs.registry import game_spec

    game_spec(game)
    report = library_at(library, game).import_(file)
    if json:
        print_json(
            {
                "game": game,
                "library": str(library),
                "installed": list(report.installed),
                "present": list(report.present),
                "graph": report.graph,
            }
        )
        return
    for line in _import_lines(report, library):
        result(line)


def _import_lines(report: ImportReport, library: Path) -> Iterator[str]:
    """What an import did, in words."""
    present = len(report.present)
    there = (
        f"; {counted(present, 'version')} {'was' if present == 1 else 'were'} there already"
        if present
        else ""
    )
    yield f"{counted(len(report.installed), 'skill version')} added to {str(library)!r}{there}"
    yield {
        "installed": "the skill graph of the file was taken: the library had none",
        "kept": "the skill graph of the file was not taken: the library has one of its own",
        "absent": "the file has no skill graph",
    }[report.graph]


@group.command("retire", epilog=options.examples("journeyman skills retire eat_cow --library mine"))
def retire_command(
    name: options.Skill,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with the skill.")] = "",
    game: options.Game = "crafter",
    library: options.Library = None,
    json: options.Json = False,
) -> None:
    """Leave a skill out of play and plans until it is learned again or restored; nothing is deleted."""
    store = _open_own(library, game)
    already = store.is_retired(name)
    if not already or reason:
        store.retire(name, reason)
    if json:
        print_json(
            {"game": game, "library": str(store.root), "skill": name, "retired": store.retirement(name)}
        )
    else:
        said = (
            f"is retired already{', and now for this reason' if reason else ''}" if already else "is retired"
        )
        back = command_line("skills", "restore", name, game=game, library=library)
        result(f"{name} {said}; use it again with: {back}")


@group.command("restore", epilog=options.examples("journeyman skills restore eat_cow --library mine"))
def restore_command(
    name: options.Skill,
    game: options.Game = "crafter",
    library: options.Library = None,
    json: options.Json = False,
) -> None:
    """Use a retired skill again."""
    store = _open_own(library, game)
    restored = store.restore(name)
    if json:
        print_json({"game": game, "library": str(store.root), "skill": name, "restored": restored})
    else:
        result(f"{name} is used again" if restored else f"{name} is in use: it was not retired")


def _open_own(library: Path | None, game: str) -> SkillLibrary:
    """A library that may be changed. Raises `BadConfig` for the starter library."""
    from agent.errors import BadConfig
    from agent.play.libraries import open_store, shipped_library
    from agent.surroundings import real_path

    store = open_store(library, game)
    if real_path(store.root) == real_path(shipped_library()):
        raise BadConfig("the starter library is left as it is; name one of your own with --library")
    return store
