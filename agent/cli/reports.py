"""``journeyman runs report|compare``: what a run came to, and two of them paired; as a page too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from agent.cli import completion, options
from agent.cli.output import print_json, result, results, say
from envs.text import counted

RunName = Annotated[
    str,
    typer.Argument(
        help="Name of the run, its beginning, or its last six letters.", autocompletion=completion.runs
    ),
]

Html = Annotated[
    Path | None,
    typer.Option(
        "--html", parser=options.path, help="Write one page that works offline.", show_default=False
    ),
]

RUNS: Final = Path("runs")


def add_to(group: typer.Typer) -> None:
    """Add the commands to ``journeyman runs``."""
    group.command("report", epilog=options.examples("journeyman runs report 3f9a2c --html report.html"))(
        report_command
    )
    group.command(
        "compare",
        epilog=options.examples(
            "journeyman runs compare 3f9a2c 81b0d4", "journeyman runs compare 3f9a2c 81b0d4 --html both.html"
        ),
    )(compare_command)


def report_command(
    name: RunName, html: Html = None, runs_dir: options.RunsDir = RUNS, json: options.Json = False
) -> None:
    """What an evaluation or the episodes of a goal came to, beside published figures.

    A run that goes on or was broken off is told with the episodes that it has.
    """
    from agent.records.runs import find_run
    from agent.web.views.report import report

    document = report(find_run(runs_dir, name))
    if html is not None:
        write_report(document, html)
    if json:
        print_json(document)
    elif html is None:
        _show_report(document)


def compare_command(
    first: RunName,
    second: RunName,
    html: Html = None,
    runs_dir: options.RunsDir = RUNS,
    json: options.Json = False,
) -> None:
    """Two runs, paired by task and seed: how much more the second reached, with 95 % intervals.

    Both have to be evaluations of the same suite, or solve the same goal. Only seeds of both count.
    """
    from agent.records.runs import find_run
    from agent.web.views.compare import compare

    document = compare(find_run(runs_dir, first), find_run(runs_dir, second))
    if html is not None:
        from agent.web.offline.reports import compare_page

        _write(compare_page(document), html)
    if json:
        print_json(document)
    elif html is None:
        _show_comparison(document)


def write_report(document: Mapping[str, Any], html: Path) -> None:
    """Write a report as one page, and say where."""
    from agent.web.offline.reports import report_page

    _write(report_page(document), html)


def _write(page: str, html: Path) -> None:
    from agent.surroundings import expanded
    from skills.files import write_atomically

    write_atomically(expanded(html), page.encode())
    say(f"page written to {str(html)!r}")


def _show_report(document: Mapping[str, Any]) -> None:
    from agent.cli.run_tables import rows_table

    console = results()
    for figure in [*document["figures"], *_achievements(document["achievements"])]:
        columns = (figure.get("first", "agent"), "mean", "95 % interval", "n", "note")
        table = rows_table(figure["title"], columns, list(map(_row, figure["rows"])), numbers=(1, 2, 3))
        console.print(table)
    console.print(document["protocol"], style="dim")
    result(f"run {document['run']['name']}\n{document['command']}", style="dim")


def _achievements(achievements: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not achievements:
        return []
    title = "Achievements: episodes that unlock it, percent"
    rows = [
        {**row, "note": ", ".join(f"{who} {rate:g}" for who, rate in list(row["published"].items())[:3])}
        for row in achievements["rows"]
    ]
    return [{"title": title, "first": "achievement", "rows": rows}]


def _row(row: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    mean = f"{row['mean']:.1f}" if "mean" in row else row.get("text", "")
    spread = f"± {row['spread']:g}" if "spread" in row else ""
    interval = f"{row['low']:.1f} to {row['high']:.1f}" if "low" in row else spread
    return row["label"], mean, interval, str(row.get("n", "")), row.get("note", "")


def _show_comparison(document: Mapping[str, Any]) -> None:
    from agent.cli.run_tables import rows_table, short_name

    console = results()
    one, two = (short_name(document[side]["name"]) for side in ("first", "second"))
    rows = [
        (
            row["title"],
            f"{row['first']:.1f}" if "first" in row else "",
            f"{row['second']:.1f}" if "second" in row else "",
            f"{row['mean']:+.1f}",
            f"{row['low']:+.1f} to {row['high']:+.1f}",
            _chance(row["p"]) if "p" in row else "",
        )
        for row in document["differences"]
    ]
    title = f"{two} less {one}, {document['pairs']} pairs"
    columns = ("measure", one, two, "difference", "95 % interval", "p")
    console.print(rows_table(title, columns, rows, numbers=(1, 2, 3, 4, 5)))
    if document["unpaired"]:
        result(f"left out, without a partner: {counted(document['unpaired'], 'episode')}")
    for name, (first, second) in document["differing"].items():
        result(f"{name}: {first} and {second}", style="dim")
    result("p: two-sided sign test over the pairs that differ", style="dim")


def _chance(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
