"""How long the command line takes to answer."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

from agent.bench.figure import Figure, seconds_of
from agent.bench.settings import Settings


def startup(settings: Settings) -> list[Figure]:
    """Wall time of ``journeyman --help`` and of ``import agent.cli``, interpreter included."""
    script = Path(sys.executable).with_name("journeyman")
    program = [str(script)] if script.is_file() else [sys.executable, "-m", "agent.cli"]
    commands = {
        "journeyman --help": [*program, "--help"],
        "python -c 'import agent.cli'": [sys.executable, "-c", "import agent.cli"],
        "python -c pass": [sys.executable, "-c", "pass"],
    }
    targets = {"journeyman --help": 0.5}
    figures = []
    for name, command in commands.items():
        call = partial(subprocess.run, command, check=True, stdout=subprocess.DEVNULL)
        call()
        samples = seconds_of(call, settings.repeats)
        how = "a process of its own each time, once before to fill the file cache"
        figures.append(Figure(name=name, samples=samples, unit="s", target=targets.get(name), how=how))
    return figures
