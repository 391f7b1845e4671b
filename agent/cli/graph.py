"""``journeyman graph``: show, export and import skill graphs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import options
from agent.cli.output import messages, print_json, results, say, write
from envs.text import counted, plain

if TYPE_CHECKING:
    from agent.web.views.opened import Opened
    from planners.graph.graph import SkillGraph

group = typer.Typer(help="Show, export and import skill graphs.")


@group.callback(
    invoke_without_command=True,
    epilog=options.examples(
        "journeyman graph --html graph.html",
        "journeyman graph --open",
        "journeyman graph --html graph.html --library mine --beside other",
        "journeyman graph import skills.yaml --output graph.json",
    ),
)
def graph_command(
    context: typer.Context,
    html: Annotated[
        Path | None,
        typer.Option("--html", parser=options.path, help="Write one self-contained page that works offline."),
    ] = None,
    graphml: Annotated[bool, typer.Option("--graphml", help="Print the graph as GraphML.")] = False,
    open_page: Annotated[bool, typer.Option("--open", help="Show the page in the browser.")] = False,
    beside: Annotated[
        Path | None,
        typer.Option("--beside", parser=options.path, help="Another library, to compare with on the page."),
    ] = None,
    graph: Annotated[
        Path | None,
        typer.Option("--graph", parser=options.path, help="Use this graph file (.json, .graphml, .yaml)."),
    ] = None,
    game: options.Game = "crafter",
    library: options.Library = None,
    json: options.Json = False,
) -> None:
    """Show the skill graph: what skills need and bring, as claimed by the model and as seen in play."""
    if context.invoked_subcommand is not None:
        return
    if beside is not None and html is None and not open_page:
        from agent.errors import BadConfig

        raise BadConfig("--beside is shown on the page only; add --html FILE, or --open")
    from agent.play.graphs import load_graph

    skill_graph = load_graph(file=graph, library=library, game=game)
    if html is not None or open_page:
        from agent.web.views.opened import Opened, open_library

        opened = Opened(title=skill_graph.game, graph=skill_graph)
        if graph is None:
            opened = open_library(library, game)
        other = open_library(beside, game) if beside is not None else None
        _write_page(opened, other, html, open_page=open_page)
    if json:
        print_json(skill_graph.to_json())
    elif graphml:
        from planners.graph.formats import to_graphml

        write(to_graphml(skill_graph))
    elif html is None and not open_page:
        _show(skill_graph)


@group.command("import", epilog=options.examples("journeyman graph import skills.yaml --output graph.json"))
def import_command(
    file: Annotated[
        Path, typer.Argument(parser=options.path, help="Node-link JSON, GraphML, or Plan4MC's skills.yaml.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", parser=options.path, help="File to write (.json or .graphml).")
    ],
    json: options.Json = False,
) -> None:
    """Read a graph, check it, and write it in the project's form."""
    from planners.graph.formats import read_graph, write_graph
    from planners.graph.validation import find_problems

    skill_graph = read_graph(file)
    problems = find_problems(skill_graph)
    write_graph(skill_graph, output)
    if json:
        print_json(
            {
                "output": str(output),
                "skills": len(skill_graph),
                "facts": len(skill_graph.facts()),
                "notes": skill_graph.notes,
                "problems": [problem.message for problem in problems],
            }
        )
        return
    console = messages()
    for note in [*skill_graph.notes, *(problem.message for problem in problems)]:
        console.print(note)
    results().print(
        f"{counted(len(skill_graph), 'skill')} and {counted(len(skill_graph.facts()), 'fact')} written to "
        f"{str(output)!r}",
        soft_wrap=True,
    )


def _write_page(opened: Opened, beside: Opened | None, html: Path | None, *, open_page: bool) -> None:
    import tempfile

    from agent.web.offline.graph_documents import graph_page
    from skills.files import write_atomically

    path = html or Path(tempfile.mkdtemp(prefix="journeyman-")) / "graph.html"
    page = graph_page(opened, title=f"Skills: {opened.game}", beside=beside)
    write_atomically(path, page.encode())
    say(f"wrote {path}")
    if open_page:
        typer.launch(path.resolve().as_uri())


def _show(graph: SkillGraph) -> None:
    from rich.table import Table

    table = Table("skill", "needs", "brings", "success", title=f"Skill graph of {graph.game}")
    for name in graph.skills():
        belief, stats = graph.belief(name), graph.stats(name)
        table.add_row(
            name if graph.available(name) else f"{name} (not in use)",
            ", ".join(f"{fact} {count}" for fact, count in belief.needs.items()),
            ", ".join(f"{fact} {count}" for fact, count in belief.obtains.items())
            or plain(graph.success_in_words(name)),
            f"{stats.successes} of {stats.attempts}" if stats.attempts else "",
        )
    console = results()
    console.print(table)
    for entry in graph.corrections():
        if entry.status in ("corrected", "added"):
            console.print(f"{entry.skill} {entry.role}: {entry.sentence}", style="dim")
