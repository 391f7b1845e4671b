"""Started in the other interpreter as a program: ``python -I FOLDER SOCKET MEMORY PARENT TEMPORARY``.

SOCKET and MEMORY are inherited file descriptors, PARENT is the id of the process that starts it, TEMPORARY a
folder to be removed when that one is gone, or nothing.
"""

from __future__ import annotations

import importlib
import importlib.util
import mmap
import os
import signal
import socket
import sys
from typing import Any

NAME = "journeyman_side"


def load(name: str) -> Any:
    """A module of this folder, wherever the folder lies."""
    if NAME not in sys.modules:
        folder = os.path.dirname(os.path.abspath(__file__))
        spec = importlib.util.spec_from_file_location(
            NAME, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
        )
        if spec is None or spec.loader is None:
            raise ImportError(folder)
        sys.modules[NAME] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[NAME])
    return importlib.import_module(NAME + "." + name)


def main(arguments: list[str]) -> None:
    """Serve one world."""
    stream, memory, parent, temporary = int(arguments[0]), int(arguments[1]), int(arguments[2]), arguments[3]
    for inherited in (stream, memory):
        os.set_inheritable(inherited, False)  # what the world starts must not hold the stream open
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started this one ends it
    load("watch").end_with_parent(parent, temporary)
    shared = memoryview(mmap.mmap(memory, os.fstat(memory).st_size))
    server = load("server").Server(load("channel").Channel(socket.socket(fileno=stream), shared))
    try:
        if server.serve():
            return
    except OSError:  # nobody is left who reads, perhaps as nobody is left who asks
        pass
    try:
        server.close()
    finally:
        load("watch").end_group(temporary)


if __name__ == "__main__":
    if sys.version_info < (3, 9):  # noqa: UP036  # whoever starts it may name any
        sys.exit("this needs Python 3.9 or newer, and is " + sys.version.split()[0])
    main(sys.argv[1:])
