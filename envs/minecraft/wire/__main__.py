"""The block world as an engine for `minedojo`, which is not Minecraft: ``python -m envs.minecraft.wire``.

It says on which port it listens in the words of Malmo, and ends when a client asks for it, by a signal, or
when the process that ``--parent`` names is gone. Malmo's own options (``-port``, ``-seed``, ``-env``,
``-runDir``, ``-replaceable``) are taken as well, so that it can stand where ``launchClient.sh`` stands.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence

from envs.minecraft.wire.block_world import BlockWorldEngine
from envs.minecraft.wire.server import WireServer

PARENT_CHECK_S = 1.0


def main(arguments: Sequence[str]) -> int:
    """Serve until the end is asked for; 2 where the port is taken."""
    given = _parsed(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    engine = BlockWorldEngine(seed=given.seed)
    try:
        server = WireServer(engine, given.port, pictures=not given.no_pictures)
    except OSError as error:
        logging.error("port %d cannot be listened on: %s", given.port, error.strerror)
        return 2
    engine.warm_up()
    signal.signal(signal.SIGTERM, lambda *_: server.close())
    signal.signal(signal.SIGINT, lambda *_: server.close())
    if given.parent:
        threading.Thread(target=_end_with, args=(given.parent,), daemon=True).start()
    sys.stdout.write(
        f"***** Start MalmoEnvServer on port {server.port}\n"
        "this is the block world of Journeyman, not Minecraft\n"
        "CLIENT enter state: DORMANT\n"
    )
    sys.stdout.flush()
    server.serve()
    return 0


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m envs.minecraft.wire",
        description="Journeyman's block world as an engine for minedojo.",
    )
    parser.add_argument("--port", "-port", type=int, default=0, help="where to listen; 0 for any free port")
    parser.add_argument("--seed", "-seed", type=_number, default=0, help="of worlds whose mission names none")
    parser.add_argument("--no-pictures", action="store_true", help="send black pictures, which cost nothing")
    parser.add_argument("--parent", type=int, default=0, help="end when this process is gone")
    parser.add_argument("-env", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("-replaceable", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("-runDir", help=argparse.SUPPRESS)
    return parser.parse_known_args(arguments)[0]


def _number(text: str) -> int:
    """A seed; Malmo's scripts write NONE where there is none."""
    return 0 if text == "NONE" else int(text)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_S)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
