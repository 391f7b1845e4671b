"""``python -m agent.studies``: run a study, go on with one, or show what it has so far."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from agent.cli.failures import NOT_REACHED, explain
from agent.cli.output import print_json, result, say
from agent.play.libraries import shipped_library
from agent.records.runs import find_run
from agent.studies.bootstrapping import BootstrappingStudy
from agent.studies.commands import CommandFailed
from agent.studies.judge_errors import ARMS, SKILLS, JudgeErrorsStudy
from agent.studies.kills import KillsStudy
from agent.studies.ledger import read_results, require_folder, require_study
from agent.studies.minecraft import PLAN4MC, MinecraftStudy
from agent.studies.reached import ReachedStudy
from agent.studies.side_by_side import SideBySideStudy
from agent.studies.slots import tables_of as slot_tables
from agent.studies.tables import Table, tables
from agent.studies.unattended import UnattendedStudy
from envs.workers.cores import core_count


def main(arguments: Sequence[str] | None = None) -> int:
    """Studies that take hours, in parts: what is done is kept, and a study goes on where it was left.

    Everything is checked before anything begins. The exit code is 2 for bad input and 1 when a part
    failed; the parts before it are kept.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.study == "report":
            _report(options)
        elif options.study == "slots":
            run = find_run(options.runs_dir, options.run)
            for table in slot_tables(run):
                result(_text(table))
        elif options.study == "reached":
            _measure(options)
        else:
            require_folder(options.folder)
            study = _study(options)
            study.check()
            done = study.run(options.folder, lambda part: say(f"now: {part}"))
            say(f"{done} parts done; see them with: python -m agent.studies report --folder {options.folder}")
    except CommandFailed as error:
        say(str(error))
        return NOT_REACHED
    except Exception as error:
        if (failure := explain(error)) is None:
            raise
        say(failure.message)
        return failure.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m agent.studies", description=main.__doc__)
    studies = parser.add_subparsers(dest="study", required=True)
    errors = studies.add_parser("judge-errors", help="what a judge's errors cost in practice")
    errors.add_argument("--library", type=Path, default=None)
    errors.add_argument("--skills", default=",".join(SKILLS))
    errors.add_argument("--arms", default=",".join(ARMS))
    errors.add_argument("--seeds", type=int, default=3)
    errors.add_argument("--steps", type=int, default=32_000)
    errors.add_argument("--trials", type=int, default=40)
    errors.add_argument("--checks", type=int, default=100)
    errors.add_argument("--rate", type=float, default=0.3)
    errors.add_argument("--states", type=int, default=60)
    errors.add_argument("--workers", type=int)
    errors.add_argument("--game", default="crafter")
    grown = studies.add_parser("bootstrapping", help="chains against chance and against more practice")
    grown.add_argument("--bases", type=int, default=6)
    grown.add_argument("--few", type=int, default=2)
    grown.add_argument("--base-steps", type=int, default=600_000)
    grown.add_argument("--base-minutes", type=float, default=25.0)
    grown.add_argument("--added-steps", type=int, default=300_000)
    grown.add_argument("--added-minutes", type=float, default=25.0)
    grown.add_argument("--suites", default="crafter-composites:plan", help="suite:mode, with commas between")
    grown.add_argument("--episodes", type=int, default=6)
    grown.add_argument("--game", default="crafter")
    alone = studies.add_parser("unattended", help="one long session, interrupted and resumed")
    alone.add_argument("--minutes", type=float, default=190.0)
    alone.add_argument("--stages", type=int, default=4)
    alone.add_argument("--seed", type=int, default=0)
    alone.add_argument("--game", default="crafter")
    alone.add_argument("--set", action="append", dest="given", default=None, help="key=value of practice")
    kills = studies.add_parser("kills", help="a practice with slots, killed again and again")
    kills.add_argument("--kills", type=int, default=50)
    kills.add_argument("--slots", type=int, default=2)
    kills.add_argument("--nodes", type=int, default=0, help="of a cluster of Ray here; 0: without Ray")
    kills.add_argument("--seed", type=int, default=0)
    kills.add_argument("--game", default="toy")
    sides = studies.add_parser("side-by-side", help="libraries practised with several slots and with one")
    sides.add_argument("--libraries", type=int, default=3)
    sides.add_argument("--slots", type=int, default=2)
    sides.add_argument("--steps", type=int, default=300_000)
    sides.add_argument("--minutes", type=float, default=120.0)
    sides.add_argument("--episodes", type=int, default=10)
    sides.add_argument("--workers", type=int, default=core_count())
    sides.add_argument("--game", default="crafter")
    paper = studies.add_parser("slots", help="what up to 64 slots would bring, from a recorded practice")
    paper.add_argument("--run", required=True, help="a practice with one slot, by name or its beginning")
    paper.add_argument("--runs-dir", type=Path, default=Path("runs"))
    reached = studies.add_parser("reached", help="how often goals are reached; kept beside the library")
    reached.add_argument("--game", default="crafter")
    reached.add_argument("--library", type=Path, default=None, help="default: the starter library")
    reached.add_argument("--goal", action="append", default=None, help="default: the game's achievements")
    reached.add_argument("--episodes", type=int, default=40)
    reached.add_argument("--seed", type=int, default=0)
    reached.add_argument("--workers", type=int)
    blocks = studies.add_parser("minecraft", help="tasks of MineDojo or Plan4MC in the block world")
    blocks.add_argument("--task", action="append", default=None, help=f"id, or {PLAN4MC}; may be repeated")
    blocks.add_argument("--engine", default="block-world", help="as -o engine=... of the game")
    blocks.add_argument("--library", type=Path, default=None)
    blocks.add_argument("--untried", action="store_true", help="skills serve too that were never tried")
    blocks.add_argument("--episodes", type=int, default=2)
    blocks.add_argument("--max-steps", type=int, default=1_000)
    blocks.add_argument("--seed", type=int, default=0)
    blocks.add_argument("--workers", type=int, default=1)
    report = studies.add_parser("report", help="show what a study has so far")
    report.add_argument("--json", action="store_true", help="the results, one JSON document")
    for each in (errors, grown, alone, kills, sides, blocks, report):
        each.add_argument("--folder", type=Path, required=True, help="of the study")
    return parser


Study: TypeAlias = (
    JudgeErrorsStudy | BootstrappingStudy | UnattendedStudy | KillsStudy | SideBySideStudy | MinecraftStudy
)


def _study(options: argparse.Namespace) -> Study:
    if options.study == "minecraft":
        return MinecraftStudy(
            tasks=tuple(options.task or ()), engine=options.engine, library=options.library,
            untried=options.untried, episodes=options.episodes, max_steps=options.max_steps,
            seed=options.seed, workers=options.workers,
        )  # fmt: skip
    if options.study == "judge-errors":
        return JudgeErrorsStudy(
            library=options.library or shipped_library(), game=options.game, skills=_names(options.skills),
            arms=_names(options.arms), seeds=options.seeds, steps=options.steps, trials=options.trials,
            checks=options.checks, rate=options.rate, states=options.states, workers=options.workers,
        )  # fmt: skip
    if options.study == "bootstrapping":
        return BootstrappingStudy(
            game=options.game, bases=options.bases, few=options.few, base_steps=options.base_steps,
            base_minutes=options.base_minutes, added_steps=options.added_steps,
            added_minutes=options.added_minutes, suites=_names(options.suites), episodes=options.episodes,
        )  # fmt: skip
    if options.study == "side-by-side":
        return SideBySideStudy(
            game=options.game, libraries=options.libraries, slots=options.slots, steps=options.steps,
            minutes=options.minutes, episodes=options.episodes, workers=options.workers,
        )  # fmt: skip
    if options.study == "kills":
        return KillsStudy(
            game=options.game, kills=options.kills, slots=options.slots, nodes=options.nodes,
            seed=options.seed,
        )  # fmt: skip
    more = {} if options.given is None else {"settings_given": tuple(options.given)}
    return UnattendedStudy(
        game=options.game, minutes=options.minutes, stages=options.stages, seed=options.seed, **more
    )


def _measure(options: argparse.Namespace) -> None:
    study = ReachedStudy(
        game=options.game, library=options.library, goals=tuple(options.goal or ()),
        episodes=options.episodes, seed=options.seed, workers=options.workers,
    )  # fmt: skip
    study.check()
    measured = study.run(say)
    say(f"{len(measured.goals)} goals measured; journeyman plan tells their rates")


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _report(options: argparse.Namespace) -> None:
    require_study(options.folder)
    if options.json:
        print_json(list(read_results(options.folder).values()))
        return
    for table in tables(options.folder):
        result(_text(table))


def _text(table: Table) -> str:
    """A table in Markdown."""
    title, (heads, *rows) = table
    lines = [f"## {title}", "", _row(heads), _row(["---"] * len(heads)), *map(_row, rows), ""]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.exit(main())
