"""Runs as tables: all of them in a list, and one with its settings, its course and its result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from agent.records.redaction import shown

if TYPE_CHECKING:
    from rich.table import Table

    from agent.records.summary import RunSummary

ROOMY: Final = 140
"""Columns from which on a list of runs has one for everything."""
LONGEST_VALUE: Final = 300
"""Characters of a value in a table."""
MOST_ROWS: Final = 200
"""Rows of a table about one run."""

_EMPTY: Final[tuple[object, ...]] = ("", None, [], {})
"""Values that say nothing."""

_IN_THE_HEAD: Final = frozenset(
    {"schema", "at", "run", "task", "game", "understood", "suite", "library", "seed", "films"}
)
"""Parts of a result that are told elsewhere."""


def runs_table(summaries: Sequence[RunSummary], damaged: Mapping[str, str], width: int) -> Table:
    """All runs, one a row; in a narrow terminal several things share a column.

    Args:
        summaries: of the runs.
        damaged: runs that cannot be read -> what is wrong.
        width: columns of the terminal.
    """
    from rich.table import Table

    from agent.records.summary import duration_in_words

    roomy = width >= ROOMY
    if roomy:
        table = Table("run", "command", "game", "goal", "began (UTC)", "took", "status", "result")
    else:
        table = Table("run", "what", "began (UTC)", "took", "result")
    for it in summaries:
        took, began = duration_in_words(it.duration_s), began_at(it.created, short=not roomy)
        if roomy:
            table.add_row(it.name, it.command, it.played, it.goal, began, took, it.status, it.result)
        else:
            goal = f": {it.goal}" if it.goal else ""
            table.add_row(short_name(it.name), f"{it.command} {it.played}{goal}", began, took, outcome(it))
    for name, why in damaged.items():
        said = shown(_without_name(why, name), LONGEST_VALUE)
        cells = (shown(name), "", "", "", "", "", "damaged") if roomy else (short_name(name), "", "", "")
        table.add_row(*cells, said if roomy else f"damaged: {said}")
    return table


def _without_name(why: str, name: str) -> str:
    """What is wrong with a run, without its name, which is one long word and stands beside it.

    >>> _without_name("run.json of run 'x-3f9a2c' cannot be read", "x-3f9a2c")
    'run.json cannot be read'
    >>> _without_name("run 'x-3f9a2c' has schema 9 instead of 1", "x-3f9a2c")
    'it has schema 9 instead of 1'
    """
    return why.replace(f" of run {name!r}", "").replace(f"run {name!r}", "it")


def outcome(summary: RunSummary) -> str:
    """How a run stands and what came of it, in one cell."""
    if summary.status == "done":
        return summary.result or "done"
    return ": ".join(filter(None, (summary.status, summary.result)))


def short_name(name: str) -> str:
    """The last part of a run's name, which is enough to name it by.

    >>> short_name("20261127T022757Z-solve-crafter-s0-820305")
    '820305'
    """
    return shown(name.rpartition("-")[2])


def began_at(created: str, *, short: bool = False) -> str:
    """When a run began, for people.

    >>> began_at("2026-11-27T02:27:57.008Z"), began_at("2026-11-27T02:27:57.008Z", short=True)
    ('2026-11-27 02:27', '11-27 02:27')
    """
    with suppress(ValueError):
        return f"{datetime.fromisoformat(created):{'%m-%d %H:%M' if short else '%Y-%m-%d %H:%M'}}"
    return shown(created)


def run_tables(record: Mapping[str, Any], summary: RunSummary) -> Iterator[Table]:
    """One run: what it was, how it went, with which settings, what came of it.

    Args:
        record: what ``journeyman runs show --json`` prints.
        summary: of the run.
    """
    from agent.records.summary import duration_in_words

    head = {
        "what": f"{summary.command} {summary.played}" + (f": {summary.goal}" if summary.goal else ""),
        "status": ": ".join(filter(None, (summary.status, record.get("reason")))),
        "result": summary.result,
        "began": f"{began_at(summary.created)} UTC",
        "took": duration_in_words(summary.duration_s),
        "seed": record.get("seed"),
    }
    yield _pairs("", head)
    yield _pairs("Settings", record["config"])
    if happened := {kind.replace("_", " "): f"{n:,}" for kind, n in record["events"].items()}:
        yield _pairs("What happened, and how often", happened)
    if told := record["course"]["told"]:
        yield rows_table(
            "Course", ("at", "what", "why"), [(it["at"], it["what"], it["reason"]) for it in told]
        )
    yield from _result_tables(record["result"])
    software = {**record["versions"], **record["machine"], "configuration": record["config_hash"]}
    yield _pairs("Versions and machine", software)


def _result_tables(result: Mapping[str, Any]) -> Iterator[Table]:
    rest = dict(result)
    with suppress(KeyError, TypeError, ValueError, AttributeError):  # a result of another version
        if "episodes" in rest:
            yield _episodes(rest["episodes"])
            del rest["episodes"]
    with suppress(KeyError, TypeError, ValueError, AttributeError):
        if "metrics" in rest:
            yield _metrics(rest["metrics"])
            del rest["metrics"]
    with suppress(KeyError, TypeError, ValueError, AttributeError):
        if "admitted" in rest:
            yield _admitted(rest["admitted"])
            del rest["admitted"]
    if rest := {name: value for name, value in rest.items() if name not in _IN_THE_HEAD}:
        yield _pairs("Result", rest)


def _episodes(episodes: Sequence[Mapping[str, Any]]) -> Table:
    rows = [
        (
            str(episode["seed"]),
            "yes"
            if episode["success"]
            else episode.get("verdict", {}).get("outcome", "no").replace("_", " "),
            f"{int(episode['env_steps']):,}",
            str((episode.get("ending") or {}).get("words", "")),
        )
        for episode in episodes
    ]
    return rows_table("Episodes", ("seed", "reached", "steps", "how it ended"), rows)


def _metrics(metrics: Mapping[str, Mapping[str, Any]]) -> Table:
    rows = [
        (name, f"{float(it['mean']):.2f}", f"{float(it['ci95'][0]):.2f} to {float(it['ci95'][1]):.2f}")
        for name, it in metrics.items()
    ]
    return rows_table("Metrics", ("metric", "mean", "95 % interval"), rows, numbers=(1, 2))


def _admitted(skills: Sequence[Mapping[str, Any]]) -> Table:
    rows = [
        (
            str(skill["name"]),
            f"{int(skill['successes'])} of {int(skill['attempts'])}",
            f"{float(skill['lower_bound']):.0%}",
            f"{int(skill['train_steps']):,}",
        )
        for skill in skills
    ]
    return rows_table("Admitted", ("skill", "fresh seeds", "95 % at least", "steps"), rows, numbers=(1, 2, 3))


def _pairs(title: str, values: Mapping[str, Any]) -> Table:
    """Names and values, those that are empty left out."""
    rows = [(str(name), _text(value)) for name, value in values.items() if value not in _EMPTY]
    return rows_table(title, ("", ""), rows)


def rows_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()
) -> Table:
    """A table of texts, bounded.

    Args:
        title: above it.
        columns: their headings; all empty for none.
        rows: the cells.
        numbers: positions of columns that are set to the right.
    """
    from rich.table import Table

    table = Table(
        *columns,
        title=shown(title) or None,
        title_justify="left",
        show_header=any(columns),
        min_width=len(title) or None,  # else the title breaks over rows
    )
    for number in numbers:
        table.columns[number].justify = "right"
    for row in rows[:MOST_ROWS]:
        table.add_row(*(shown(cell, LONGEST_VALUE) for cell in row))
    if len(rows) > MOST_ROWS:
        table.add_row(f"{len(rows) - MOST_ROWS:,} more", *[""] * (len(columns) - 1))
    return table


def film_lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Where the films of a run lie, one a line, so that a path can be copied whole."""
    films = result.get("films")
    for film in films[:MOST_ROWS] if isinstance(films, list) else ():
        yield f"film {shown(film, LONGEST_VALUE)}"


def _text(value: Any) -> str:
    """A value of a record, for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_text(part)}" for name, part in value.items() if part not in _EMPTY)
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    return f"{value:,}" if isinstance(value, int) else str(value)
