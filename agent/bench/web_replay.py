"""The replay of a long episode in a browser: how soon it stands there, and how soon a moment of it does."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from agent.bench.browser import opened_browser
from agent.bench.figure import Figure
from agent.bench.isolate import Unmeasurable
from agent.bench.settings import Settings
from agent.records.endings import ending_of
from agent.records.runs import Run
from envs.facts import EndStatus
from envs.recording.traced_game import TracedGame
from envs.registry import make_game

EPISODE: Final = Path(__file__).with_name("long_episode.json")
"""Seed and actions of an episode of Crafter that lasts 10,000 steps."""
OPEN_MS: Final = 1_000.0
FRAME_MS: Final = 50.0
JUMPS: Final = 40

_JUMP = """at => new Promise(done => {
  const slider = document.querySelector("input[type=range]");
  const counter = document.querySelector(".replay-counter");
  const begin = performance.now();
  const look = () => counter.textContent.includes(`step ${at.toLocaleString("en")} `) ?
    done(performance.now() - begin) : requestAnimationFrame(look);
  slider.value = at;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  look();
})"""
"""Moves the slider; milliseconds until the moment is shown."""


def web_replay(settings: Settings) -> list[Figure]:
    """Time until a recorded episode of 10,000 steps is shown, and until a moment of it is."""
    with tempfile.TemporaryDirectory() as folder, opened_browser() as browser:
        run, steps = _record(Path(folder))
        with _served(Path(folder)) as address:
            opened, jumps = [], []
            for _ in range(min(settings.repeats, 7)):
                context = browser.new_context(viewport={"width": 1440, "height": 900})
                page = context.new_page()
                page.goto(f"{address}#/replay/{run}/1")
                page.wait_for_selector("html[data-ready]")
                opened.append(page.evaluate("performance.getEntriesByName('replay-drawn')[0].startTime"))
                jumps += [page.evaluate(_JUMP, (k * 7919) % steps) for k in range(1, JUMPS)]
                context.close()
    about = "Chromium without a GPU, 1440x900, a server that has compiled the game"
    return [
        Figure(
            name=f"replay of {steps:,} steps, first picture",
            samples=tuple(opened[1:] or opened),
            unit="ms",
            target=OPEN_MS,
            how=f"{about}; the episode is played again each time a server begins, and kept then",
        ),
        Figure(
            name=f"replay of {steps:,} steps, first picture in a new server",
            samples=(opened[0],),
            unit="ms",
            how="once: the game's code is loaded, the episode played again",
        ),
        Figure(name="replay, any moment of it", samples=tuple(jumps), unit="ms", target=FRAME_MS),
    ]


def _record(runs: Path) -> tuple[str, int]:
    """A run with the long episode; its name and how many steps it has."""
    kept = json.loads(EPISODE.read_bytes())
    game = TracedGame(make_game("crafter"))
    with Run.create(runs, command="solve", game="crafter", seed=0, config={}) as run:
        game.reset(kept["seed"])
        for action in zlib.decompress(b64decode(kept["actions"])):
            if game.step(action) is not EndStatus.RUNNING:
                break
        trace = game.trace()
        ending = ending_of(trace, [], done=False).to_record()
        place = run.play(kept["seed"], [])
        run.episode(
            trace.to_record(), place, origin="solve", asked="stay alive", goal={}, done=False, ending=ending
        )
        run.finish()
    return run.path.name, game.steps


@contextmanager
def _served(runs: Path) -> Iterator[str]:
    """`journeyman serve` over a folder of runs; the address of its pages."""
    command = [sys.executable, "-m", "agent.cli", "serve", "--port", "0", "--runs-dir", str(runs)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        assert server.stdout is not None
        lines: list[str] = []
        try:
            for line in server.stdout:
                lines.append(line)
                if "http://" in line:
                    yield line[line.index("http://") :].split("#")[0].strip()
                    break
            else:
                raise Unmeasurable(f"journeyman serve did not begin: {''.join(lines)[-500:]}")
        finally:
            server.terminate()
