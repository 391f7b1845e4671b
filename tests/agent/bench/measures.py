"""What the tests of measurements measure; a process that is asked for one of them loads little else."""

import sys

from agent.bench.figure import Figure
from agent.bench.settings import Settings


def steady(settings: Settings) -> list[Figure]:
    samples = (3.0, 1.0, 2.0)[: settings.rounds]
    return [Figure(name="steady", samples=samples, unit="s", target=2.5, how="counted by hand")]


def broken(settings: Settings) -> list[Figure]:
    raise OSError("no room")


def lengthy(settings: Settings) -> list[Figure]:
    return [Figure(name="lengthy", samples=(float(settings.training_steps),), unit="steps")]


def silent(settings: Settings) -> list[Figure]:
    sys.exit(7)
