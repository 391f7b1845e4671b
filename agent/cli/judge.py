"""``journeyman judge``: train the embedded judge, measure it, see why it says what it says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import options
from agent.cli.output import print_json, result, results, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from agent.judge_training.measuring import Quality

group = typer.Typer(no_args_is_help=True, help="Train, measure and explain the embedded judge.")

Weights = Annotated[
    Path | None,
    typer.Option(
        "--weights",
        parser=options.path,
        help="Folder of a judge. Default: the one that is shipped.",
        show_default=False,
    ),
]
OnPolicy = Annotated[
    Path | None,
    typer.Option(
        "--on-policy",
        parser=options.path,
        help="Recorded attempts of skills that a judge was the signal of, one JSON object a line. "
        "Default: those that are shipped.",
        show_default=False,
    ),
]
Plot = Annotated[
    Path | None,
    typer.Option(
        "--plot", parser=options.path, help="PNG file for the reliability diagram.", show_default=False
    ),
]


@group.command(
    "train",
    epilog=options.examples(
        "journeyman judge train --out my-judge",
        "journeyman judge train --steps 200 --out tiny",
        "journeyman judge train --network my-judge --out other-words",
    ),
)
def train_command(
    out: Annotated[
        Path, typer.Option("--out", parser=options.path, help="Folder for weights and card.")
    ] = Path("judge"),
    work: Annotated[
        Path | None,
        typer.Option(
            "--work",
            parser=options.path,
            help="Folder for what is half done. Default: OUT/work.",
            show_default=False,
        ),
    ] = None,
    seed: options.Seed = 0,
    steps: Annotated[int, typer.Option("--steps", help="Updates of the network.", min=1)] = 6_000,
    episodes: Annotated[
        int, typer.Option("--episodes", help="Training episodes that are used.", min=2)
    ] = 150,
    device: Annotated[str, typer.Option("--device", help="cpu or cuda.")] = "cpu",
    network: Annotated[
        Path | None,
        typer.Option(
            "--network",
            parser=options.path,
            help="Folder of a judge whose network is kept: only the translator is learned, in minutes.",
            show_default=False,
        ),
    ] = None,
    json: options.Json = False,
) -> None:
    """Train a judge from recorded episodes. The same command goes on where it was stopped."""
    from agent.judge_training.learning import Learning
    from agent.judge_training.recipe import Recipe, train_judge
    from agent.judge_training.translating import Translating

    recipe = Recipe(
        learning=Learning(steps=steps, seed=seed),
        translating=Translating(seed=seed),
        episodes=episodes,
        device=device,
        network=network,
    )
    measured = train_judge(work or out / "work", out, recipe, say)
    _tell(measured, json)


@group.command(
    "eval",
    epilog=options.examples(
        "journeyman judge eval",
        "journeyman eval judge --json",
        "journeyman judge eval --plot reliability.png",
    ),
)
def eval_command(
    weights: Weights = None, on_policy: OnPolicy = None, plot: Plot = None, json: options.Json = False
) -> None:
    """Measure the judge on episodes, words and tasks that it was not trained on; takes a minute or two."""
    evaluate(weights, on_policy, plot, json=json)


def evaluate(
    weights: Path | None = None,
    on_policy: Path | None = None,
    plot: Path | None = None,
    *,
    json: bool = False,
) -> None:
    """Measure a judge and print what was found."""
    from agent.judge_training.measuring import quality_of
    from agent.judge_training.on_policy import SHIPPED, judge_attempts, read_attempts
    from agent.judge_training.recipe import measure, open_exam
    from agent.judge_training.reliability_plot import plot as draw
    from agent.judges.embedded import EmbeddedJudge

    judge = EmbeddedJudge.load(weights)
    attempts = read_attempts(on_policy or SHIPPED)
    exam = open_exam("test", None, 26, say)
    say(f"sets to be judged: {', '.join(exam.sets)}")
    measured = measure(judge, exam)
    say("attempts on policy are judged")
    measured["on_policy"] = quality_of(judge_attempts(judge, attempts, say))
    if plot is not None:
        draw(measured, plot)
        say(f"reliability diagram: {plot}")
    _tell(measured, json)


@group.command(
    "record",
    epilog=options.examples("journeyman judge record --library mine --out attempts.jsonl"),
)
def record_command(
    out: Annotated[
        Path,
        typer.Option("--out", parser=options.path, help="File for the attempts, one JSON object a line."),
    ],
    library: options.Library = None,
    episodes: Annotated[int, typer.Option("--episodes", "-n", help="Episodes for each skill.", min=1)] = 40,
    seed: options.Seed = 0,
) -> None:
    """Record attempts of Crafter skills that were learned on a judge's verdicts, to measure judges by."""
    from agent.judge_training.recording import record_attempts
    from agent.play.libraries import choose_library
    from agent.play.load import load_kit

    n = record_attempts(load_kit(choose_library(library, "crafter"), "crafter"), out, episodes, seed)
    result(f"{n} attempts written to {out}")


@group.command(
    "show",
    epilog=options.examples(
        "journeyman judge show",
        "journeyman judge show --episode runs/x/episode-000 --claim 'a table beside water'",
    ),
)
def show_command(
    episode: Annotated[
        Path | None,
        typer.Option(
            "--episode",
            parser=options.path,
            help="Folder of a recorded episode of Crafter.",
            show_default=False,
        ),
    ] = None,
    claim: Annotated[str, typer.Option("--claim", help="What is claimed of it.")] = "",
    start: Annotated[int, typer.Option("--start", help="Step at which the attempt begins.", min=0)] = 0,
    end: Annotated[
        int | None,
        typer.Option("--end", help="Step at which it ends. Default: the last.", show_default=False),
    ] = None,
    weights: Weights = None,
    json: options.Json = False,
) -> None:
    """Print the judge's card, or explain its verdict on a recorded episode."""
    from agent.cli.judge_lines import card_lines, told_lines
    from agent.judges.embedded.weights import SHIPPED, load_judge

    if episode is None:
        card = load_judge(weights or SHIPPED).card
        print_json(card) if json else _show(card_lines(card))
        return
    from agent.judge_training.showing import explain
    from agent.judges.embedded import EmbeddedJudge

    told = explain(EmbeddedJudge.load(weights), episode, claim, start, end)
    if json:
        print_json(told)
    else:
        _show(told_lines(told))


@group.command(
    "states",
    epilog=options.examples(
        "journeyman judge states", "journeyman judge states my-suite.toml --out my-claims.zip"
    ),
)
def states_command(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            parser=options.path, help="More suites, pools, documents or lists of claims.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            parser=options.path,
            help="File that is written. Default: the one that is shipped.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write the token states of all claims that come with Journeyman, so that none needs the text encoder."""
    from agent.judge_training.states import shipped_files, write_states
    from agent.judges.embedded.shipped_states import STATES

    n = write_states([*shipped_files(), *(files or [])], out or STATES)
    result(f"token states of {n} sentences: {out or STATES}")


def _show(lines: Iterable[str]) -> None:
    for line in lines:
        result(line)


def _tell(measured: Mapping[str, Quality], json: bool) -> None:
    if json:
        print_json(_record(measured))
        return
    from rich.table import Table

    columns = (
        "set",
        "n",
        "accuracy",
        "95 %",
        "coverage",
        "false done",
        "95 %",
        "missed",
        "ECE",
        "kappa",
        "always no",
        "changed",
    )
    table = Table(*columns, title="The embedded judge, percent of what is not unclear")
    for name, quality in measured.items():
        table.add_row(
            name, str(quality.n), f"{quality.accuracy:.1%}", str(quality.accuracy_interval),
            f"{quality.coverage:.1%}", f"{quality.false_done:.2%}", str(quality.false_done_interval),
            f"{quality.missed:.1%}", f"{quality.ece:.3f}", f"{quality.kappa:.2f}",
            f"{quality.always_no:.1%}", f"{quality.something_changed:.1%}",
        )  # fmt: skip
    results().print(table)


def _record(measured: Mapping[str, Quality]) -> dict[str, Any]:
    """The figures as JSON values, the main ones by name."""
    from agent.judge_training.recipe import figures_of

    names = ("accuracy", "coverage", "false_done", "ece")
    return {
        "suite": "judge",
        "metrics": {
            f"{set_}/{name}": round(getattr(q, name), 6) for set_, q in measured.items() for name in names
        },
        "sets": {name: figures_of(quality) for name, quality in measured.items()},
    }
