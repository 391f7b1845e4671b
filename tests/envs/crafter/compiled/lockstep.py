"""``python -m tests.envs.crafter.compiled.lockstep``: play compiled games beside the reference, many steps.

The record is written after every episode, and a run goes on from the record that it finds. Several runs at
the same time take different records and different ``--first-seed``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from envs.crafter.compiled.rules import ACHIEVEMENTS
from tests.envs.crafter.compiled.pair import Pair
from tests.envs.crafter.compiled.scenes import CROWD, LONG, PLAIN, RICHES, RUBBLE, TUNNELS, play

_SHORT = (PLAIN, RICHES, RUBBLE, TUNNELS)
SCENES = (*_SHORT, CROWD, *_SHORT * 11, LONG)
"""What the episodes are, in turn."""


def fresh_record(first_seed: int) -> dict[str, Any]:
    """The record of a run that played nothing yet."""
    return {
        "first_seed": first_seed,
        "versions": {name: version(name) for name in ("crafter", "numba", "numpy", "opensimplex")},
        "seconds": 0.0,
        "steps": 0,
        "episodes": 0,
        "steps_by_scene": dict.fromkeys((scene.name for scene in SCENES), 0),
        "achievements": dict.fromkeys(ACHIEVEMENTS, 0),
        "difference": None,
    }


def play_on(record: dict[str, Any], pair: Pair) -> None:
    """Play the record's next episode, and enter it. Raises `AssertionError` after entering a difference."""
    episode = record["episodes"]
    scene, seed = SCENES[episode % len(SCENES)], record["first_seed"] + episode
    start = time.monotonic()
    try:
        steps = play(pair, scene, seed)
    except AssertionError as error:
        record["difference"] = f"{scene.name}, seed {seed}: {error}"
        raise
    finally:
        record["seconds"] = round(record["seconds"] + time.monotonic() - start, 1)
    record["steps"] += steps
    record["episodes"] += 1
    record["steps_by_scene"][scene.name] += steps
    for name, count in pair.game._engine.player.achievements.items():
        record["achievements"][name] += count


def main() -> int:
    """Play until the record holds as many steps as asked for; 1 if the games differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000_000)
    parser.add_argument("--record", type=Path, default=Path("build/lockstep.json"))
    parser.add_argument("--first-seed", type=int, default=0, help="of a new record")
    options = parser.parse_args()
    path: Path = options.record
    path.parent.mkdir(parents=True, exist_ok=True)
    record = json.loads(path.read_text()) if path.exists() else fresh_record(options.first_seed)
    pair, status = Pair(), 0
    while record["steps"] < options.steps and not status:
        try:
            play_on(record, pair)
        except AssertionError:
            status = 1
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(record, indent=2) + "\n")
        partial.replace(path)
        if status or record["episodes"] % 50 == 0:
            said = record["difference"] or "equal"
            print(f"{record['steps']:,} steps, {record['episodes']:,} episodes: {said}", flush=True)
    print(json.dumps(record, indent=2))
    return status


if __name__ == "__main__":
    sys.exit(main())
