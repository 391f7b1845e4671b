"""Ends this process, and those that it started, when nobody is left who asks."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time

PARENT_CHECK_S = 1.0
"""Seconds between looks at whether the parent is there; within a long step nobody reads the stream."""


def end_with_parent(parent: int, folder: str) -> None:
    """From now on, end everything within seconds when the process `parent` is gone.

    Args:
        parent: the process that started this one.
        folder: removed then; empty for none.
    """
    threading.Thread(target=_watch, args=(parent, folder), daemon=True).start()


def end_group(folder: str) -> None:
    """Remove the folder and kill this process with all that it started: it has a group of its own."""
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _watch(parent: int, folder: str) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_S)
    end_group(folder)
