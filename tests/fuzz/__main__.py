"""The fuzz lane: ``python -m tests.fuzz``, all targets one after the other, ten minutes together.

New inputs that reach new branches stay in ``build/fuzz/TARGET``. An input that makes a reader fail is written
to ``build/fuzz/found``: mend the reader, then move the input to ``tests/fuzz/corpus/TARGET``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from tests.fuzz.targets import CORPUS, MODULES, SEEDS

RUNS = Path("build/fuzz")
SECONDS_PER_INPUT = 20
MEMORY_MB = 3_000
LONGEST_INPUT = 20_000


def main(arguments: list[str] | None = None) -> int:
    """Fuzz for the minutes given; 1 when an input was found that a reader cannot take."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of: {', '.join(MODULES)}")
    parser.add_argument("--minutes", type=float, default=10.0, help="for all targets together")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.targets) - set(MODULES):
        parser.error(f"no target {', '.join(sorted(unknown))}; there are: {', '.join(MODULES)}")
    names = chosen.targets or list(MODULES)
    found = RUNS / "found"
    found.mkdir(parents=True, exist_ok=True)
    failed = [name for name in names if not fuzz(name, found, int(chosen.minutes * 60 / len(names)))]
    print(f"{len(names)} targets, {len(failed)} with findings{': ' if failed else ''}{', '.join(failed)}")
    return 1 if failed else 0


def fuzz(name: str, found: Path, seconds: int) -> bool:
    """Fuzz one target in a process of its own; whether nothing was found."""
    scratch = RUNS / name
    scratch.mkdir(parents=True, exist_ok=True)
    print(f"== {name}: {seconds} s", flush=True)
    command = [
        *(sys.executable, "-m", "tests.fuzz.fuzzer", name),
        *(f"-max_total_time={max(1, seconds)}", f"-timeout={SECONDS_PER_INPUT}"),
        *(f"-rss_limit_mb={MEMORY_MB}", f"-max_len={LONGEST_INPUT}", "-print_final_stats=1"),
        *(f"-artifact_prefix={found / name}-", str(scratch)),
        *map(str, [CORPUS / name, *SEEDS.get(name, [])]),
    ]
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
