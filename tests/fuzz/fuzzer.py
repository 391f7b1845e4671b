"""One target under atheris, which is libFuzzer for Python; it ends the process, so each target has its own.

``python -m tests.fuzz.fuzzer TARGET [libFuzzer's arguments]``.
"""

from __future__ import annotations

import logging
import sys
import warnings

import atheris


def main() -> None:
    """Fuzz the target named first on the command line; libFuzzer reads the rest."""
    from tests.fuzz.targets import MODULES, target

    name = sys.argv.pop(1)
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    with atheris.instrument_imports(include=MODULES[name]):
        reader = target(name)

    def one(data: bytes) -> None:
        reader.run(data)

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
