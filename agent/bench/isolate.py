"""One measurement in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TypeAlias

from agent.bench.figure import Figure
from agent.bench.settings import Settings

Measure: TypeAlias = Callable[[Settings], list[Figure]]
"""A measurement: a function at the top of a module, so that another process can find it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a measurement gave.

    Attributes:
        name: of the measurement.
        load_average: of the machine over the minute before, processes; earlier measurements count in it.
        seconds: wall time, start of the process included.
        figures: what was measured.
    """

    name: str
    load_average: float
    seconds: float
    figures: tuple[Figure, ...]


class Unmeasurable(Exception):
    """What is to be measured is not here; the message says what is missing. Raised by measurements."""


class MeasurementFailed(RuntimeError):
    """A measurement gave no figures; the message holds its traceback, or what it says is missing."""


def load_average() -> float:
    """Processes that ran or waited over the last minute; not a number where the system does not tell."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def measure(measurement: Measure, settings: Settings) -> Measured:
    """Run one measurement by itself. Raises `MeasurementFailed`."""
    load, start = load_average(), time.perf_counter()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_measure_here, args=(measurement, settings, theirs))
    process.start()
    theirs.close()
    try:
        outcome: tuple[Figure, ...] | str = ours.recv()
    except EOFError:
        process.join()
        outcome = f"its process ended without an answer, with exit code {process.exitcode}"
    process.join()
    if isinstance(outcome, str):
        raise MeasurementFailed(f"measurement {measurement.__name__} failed:\n{outcome}")
    seconds = time.perf_counter() - start
    return Measured(name=measurement.__name__, load_average=load, seconds=seconds, figures=outcome)


def _measure_here(measurement: Measure, settings: Settings, pipe: Connection) -> None:
    try:
        pipe.send(tuple(measurement(settings)))
    except Unmeasurable as missing:
        pipe.send(str(missing))
    except Exception:
        pipe.send(traceback.format_exc())
