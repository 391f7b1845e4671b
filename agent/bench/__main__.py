"""``python -m agent.bench``: measure, and print a table or JSON on stdout."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace

from agent.bench.block_world import block_world
from agent.bench.cluster_overhead import cluster_overhead
from agent.bench.crafter_costs import bare_game, step_costs
from agent.bench.curricula import crafter_curricula, toy_curricula
from agent.bench.isolate import Measure, Measured, MeasurementFailed, load_average, measure
from agent.bench.large_library import large_library
from agent.bench.library import library_load
from agent.bench.live_cost import live_cost
from agent.bench.minecraft_steps import minecraft_steps
from agent.bench.nethack_costs import nethack_costs
from agent.bench.nethack_rewards import nethack_rewards
from agent.bench.nethack_training import nethack_training
from agent.bench.peers.craftax_race import craftax_peers
from agent.bench.peers.sample_factory_races import crafter_peers, nethack_peers
from agent.bench.planning import planning_crowded, planning_games, planning_large
from agent.bench.preference_inference import preference_inference
from agent.bench.remote_step import remote_step
from agent.bench.report import show, to_json
from agent.bench.reward_sources import reward_sources
from agent.bench.settings import QUICK, Settings
from agent.bench.soak import practice_soak
from agent.bench.startup import startup
from agent.bench.training import training
from agent.bench.web_graph import web_graph
from agent.bench.web_replay import web_replay
from agent.cli.output import print_json, say

MEASUREMENTS: tuple[Measure, ...] = (
    training,
    live_cost,
    nethack_training,
    startup,
    planning_games,
    planning_large,
    planning_crowded,
    library_load,
    bare_game,
    step_costs,
    nethack_costs,
    remote_step,
    block_world,
    minecraft_steps,
    preference_inference,
    nethack_rewards,
)
"""What `main` measures, in this order: first what suffers most from what ran before it."""

ON_REQUEST: tuple[Measure, ...] = (
    crafter_peers, nethack_peers, craftax_peers, reward_sources, toy_curricula, crafter_curricula,
    practice_soak, web_graph, web_replay, cluster_overhead, large_library,
)  # fmt: skip
"""What is measured only when it is named: it takes long, or builds an environment from the network first."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for; by default all that takes a few minutes on two idle cores.

    A measurement that fails takes no other with it; the exit code is 1 then.
    """
    known = (*MEASUREMENTS, *ON_REQUEST)
    names = [measurement.__name__ for measurement in known]
    parser = argparse.ArgumentParser(prog="python -m agent.bench", description=main.__doc__)
    parser.add_argument("only", nargs="*", help=f"which to run, of: {', '.join(names)}")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--quick", action="store_true", help="everything once and briefly, to see it work")
    parser.add_argument("--rounds", type=int, help="rounds in which trainings take turns")
    parser.add_argument("--steps", type=int, dest="training_steps", help="steps of a training to judge")
    parser.add_argument("--seconds", type=float, help="wall time of one turn of a training")
    options = parser.parse_args(arguments)
    if unknown := set(options.only) - set(names):
        parser.error(f"no measurement {', '.join(sorted(unknown))}; there are: {', '.join(names)}")
    given = {name: getattr(options, name) for name in ("rounds", "seconds", "training_steps")}
    try:
        settings = replace(
            QUICK if options.quick else Settings(), **{k: v for k, v in given.items() if v is not None}
        )
    except ValueError as error:
        parser.error(str(error))
    chosen = [m for m in known if m.__name__ in options.only] if options.only else [*MEASUREMENTS]
    results: list[Measured] = []
    failed: list[str] = []
    for measurement in chosen:
        say(f"measuring {measurement.__name__} (load average {load_average():.2f})")
        try:
            results.append(measure(measurement, settings))
        except MeasurementFailed as error:
            say(str(error))
            failed.append(measurement.__name__)
    if options.json:
        print_json(to_json(results, settings, failed))
    else:
        show(results)
    if failed:
        say(f"no figures, see above: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
