"""A world of the standard library alone, which runs wherever the side does: count up to five to win."""

from __future__ import annotations

import array
import json
import os
import subprocess
import sys
import time


class BadSnapshot(Exception):
    """Told apart by its name."""


class BadGameOption(Exception):
    """Likewise."""


ACTIONS = ["wait", "count"]
SPEC = {
    "name": "counting",
    "title": "Counting",
    "actions": ACTIONS,
    "facts": [
        {"name": "number", "description": "the number now", "kind": "count", "low": 0, "high": 9},
        {"name": "did.count", "description": "times it was counted", "kind": "event", "low": 0, "high": 99},
    ],
    "seekable": {"five": "The number five."},
    "explorable": {"anywhere": "All numbers."},
    "encoding_size": 3,
    "max_steps": 50,
    "achievements": ["did.count"],
}


class Counting:
    """Trouble comes with the step of number `at`."""

    def __init__(self, spec=None, trouble=None, at=1, facts=2):
        if trouble == "refuses":
            raise BadGameOption("trouble may not be 'refuses'")
        if trouble == "hangs-at-start":
            time.sleep(3600)
        self._spec = {**SPEC, **(spec or {})}
        self._trouble, self._at, self._n_facts = trouble, at, facts
        self._number = self._steps = self._status = 0
        self._limit = 50

    def spec(self):
        return self._spec

    def reset(self, seed, max_steps):
        self._number, self._steps, self._status, self._limit = seed % 3, 0, 0, max_steps

    def step(self, action):
        self._steps += 1
        if self._steps == self._at and self._trouble:
            self._be_trouble()
        if action == 1:
            self._number += 1
        if self._number >= 5:
            self._status = 2
        elif self._steps >= self._limit:
            self._status = 3

    def _be_trouble(self):
        if self._trouble == "raises":
            raise ZeroDivisionError("made up")
        if self._trouble == "exits":
            print("the engine is gone")
            sys.stdout.flush()
            os._exit(3)
        if self._trouble == "dies":
            os.kill(os.getpid(), 9)
        if self._trouble == "hangs":
            time.sleep(3600)
        if self._trouble == "starts":
            self.child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
        if self._trouble == "noisy":
            print("noise " * 100_000)
            sys.stdout.flush()
        if self._trouble == "stands still":
            self._steps -= 1

    def progress(self):
        return self._status, self._steps

    def facts(self):
        return array.array("i", [self._number, min(self._number, 99)][: self._n_facts])

    def encode(self, seek, explore):
        return array.array("f", [self._number / 5, len(seek), self._steps / 50])

    def caption(self):
        return "The number is {}.".format(self._number)  # noqa: UP032  # as the oldest Python may

    def frame(self, width, height):
        if self._trouble == "no picture":
            raise OSError("no display")
        return bytes([self._number * 40]) * (width * height * 3)

    def snapshot(self):
        return json.dumps([self._number, self._steps, self._status, self._limit]).encode()

    def restore(self, data):
        try:
            number, steps, status, limit = json.loads(data.decode())
        except (ValueError, TypeError):
            raise BadSnapshot("not a saved count") from None
        if json.dumps([number, steps, status, limit]).encode() != data:
            raise BadSnapshot("not as it is written here")
        self._number, self._steps, self._status, self._limit = number, steps, status, limit

    def ask(self, question):
        if question == {"what": "version"}:
            return {"version": list(sys.version_info[:2]), "folder": os.getcwd(),
                    "child": getattr(getattr(self, "child", None), "pid", 0)}  # fmt: skip
        raise KeyError("no such question")

    def close(self):
        if self._trouble == "will not close":
            raise OSError("will not close")
