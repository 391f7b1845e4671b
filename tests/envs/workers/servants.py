"""Servants for tests of worker pools; loads quickly in workers."""

import errno
import os
import tempfile
import threading
from pathlib import Path
from typing import Any

from envs.errors import BadSnapshot
from envs.workers.remarks import remark
from envs.workers.servant import SameEverywhere


class Counter:
    """Counts its calls; `folder` gets a file for every servant that is closed."""

    def __init__(self, folder: Path, worker: int, restart: int) -> None:
        self.folder, self.worker, self.restart = folder, worker, restart
        self.calls = 0

    def add(self, number: int) -> int:
        self.calls += number
        return self.calls

    def chatter(self, number: int) -> int:
        """Makes remarks before it answers."""
        for i in range(number):
            remark(i)
        return number

    def chatter_and_die(self, number: int) -> None:
        """Makes remarks and is gone."""
        self.chatter(number)
        os._exit(5)

    def who(self) -> tuple[int, int]:
        return self.worker, self.restart

    def known(self) -> None:
        raise BadSnapshot("this is known")

    def unknown(self) -> None:
        raise RuntimeError("this is not known")

    def unpicklable(self) -> Any:
        return threading.Lock()

    def end(self, code: int) -> None:
        os._exit(code)

    def end_once(self, code: int) -> str:
        """Ends the first process that gets here."""
        if not (self.folder / "ended").exists():
            (self.folder / "ended").touch()
            os._exit(code)
        return "alive"

    def hang(self) -> None:
        """Never comes back; writes a line when it begins."""
        print(self.pid(), flush=True)
        (self.folder / "hangs").touch()
        threading.Event().wait()

    def pid(self) -> int:
        return os.getpid()

    def environment(self, name: str) -> str | None:
        return os.environ.get(name)

    def temporary(self) -> str:
        """A file that nobody removes."""
        with tempfile.NamedTemporaryFile(delete=False) as file:
            return file.name

    def close(self) -> None:
        (self.folder / f"closed-{self.worker}-{self.restart}").touch()


class Factory:
    """Builds counters."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, worker: int, restart: int) -> Counter:
        return Counter(self.folder, worker, restart)


def _unbuildable() -> Counter:
    raise BadSnapshot("there is nothing to build")


def _dies() -> Counter:
    os._exit(3)


UNBUILDABLE = SameEverywhere(_unbuildable)
DIES = SameEverywhere(_dies)


class Greedy:
    """Asks for more memory than there is."""

    def __init__(self) -> None:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    def close(self) -> None:
        pass
