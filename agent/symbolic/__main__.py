"""``python -m agent.symbolic plans`` and ``claims``: Minecraft's plans and claims, checked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress

from agent.cli.output import print_json, result
from agent.cli.terminal import OutputClosed
from agent.symbolic.report import REPORTS


def main(arguments: Sequence[str] | None = None) -> int:
    """Plan and carry out every harvest and tech-tree task, or hold the claims against the recipes."""
    parser = argparse.ArgumentParser(prog="python -m agent.symbolic", description=main.__doc__)
    parser.add_argument("what", choices=list(REPORTS))
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--seed", type=int, default=0, help="of what drops, and of the practice")
    options = parser.parse_args(arguments)
    measure, lines = REPORTS[options.what]
    report = measure(options.seed)
    if options.json:
        print_json(report)
    else:
        with suppress(OutputClosed):
            for line in lines(report):
                result(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
