"""The skill graph explorer in a browser: how soon it is drawn, and how smoothly it moves."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from agent.bench.browser import opened_browser
from agent.bench.figure import Figure, scaled, seconds_of
from agent.bench.graphs import crafter_graph, synthetic_graph
from agent.bench.settings import Settings
from agent.web.offline.addresses import address
from agent.web.offline.page import render_page
from agent.web.views.opened import Opened, open_library
from agent.web.views.plan import plan_view
from agent.web.views.scene import scene
from skills.files import write_atomically

FIRST_VIEW_MS = {60: 500.0, 1_000: 1_000.0, 10_000: 2_000.0}
FRAMES_A_SECOND = {60: 60.0, 1_000: 60.0, 10_000: 25.0}
PLAN_MS = 100.0

_PAN = """zoom => new Promise(done => {
  const canvas = document.querySelector("canvas.picture"), box = canvas.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const send = (kind, dx, dy) => canvas.dispatchEvent(new PointerEvent(kind, {
    pointerId: 7, clientX: x + dx, clientY: y + dy, bubbles: true }));
  for (let k = 0; k < zoom; k++) canvas.dispatchEvent(new WheelEvent("wheel", {
    deltaY: -100, clientX: x, clientY: y, cancelable: true }));
  setTimeout(() => {
    send("pointerdown", 0, 0);
    const begin = performance.now();
    let frames = 0;
    const move = () => {
      const t = performance.now() - begin;
      if (t > 2000) { send("pointerup", 0, 0); done(1000 * frames / t); return; }
      frames += 1;
      send("pointermove", 120 * Math.sin(t / 150), 80 * Math.cos(t / 190));
      requestAnimationFrame(move);
    };
    requestAnimationFrame(move);
  }, 400);
})"""
"""Zooms in by wheel, then drags the picture about for two seconds; frames a second."""


def web_graph(settings: Settings) -> list[Figure]:
    """Time until graphs are drawn and frames while they are moved, in the system's Chromium; plans."""
    graphs = {60: crafter_graph()[0], 1_000: synthetic_graph(1_000), 10_000: synthetic_graph(10_000)}
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, opened_browser() as browser:
        for size, graph in graphs.items():
            opened = Opened(title="bench", graph=graph)
            start = time.perf_counter()
            data = scene(opened)
            made = time.perf_counter() - start
            file = Path(folder) / f"{size}.html"
            write_atomically(file, _page(graph.game, data).encode())
            figures += _figures(browser, file, size, len(graph), made, settings.repeats)
    return [*figures, _plans(settings.repeats)]


def _page(game: str, data: Any) -> str:
    documents = {"/about": {"version": "", "game": game, "games": [game]}, address("/graph", game=game): data}
    return render_page("bench", "graph", {"graph": ""}, documents, noscript="")


def _figures(browser: Any, file: Path, size: int, skills: int, made: float, repeats: int) -> list[Figure]:
    """First view of a page, from a fresh context each time, then frames from afar and from near."""
    views, far, near = [], [], []
    for turn in range(min(repeats, 5)):
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-ready]")
        views.append(page.evaluate("performance.getEntriesByName('graph-drawn')[0].startTime"))
        if turn < 2:
            far.append(page.evaluate(_PAN, 0))
            near.append(page.evaluate(_PAN, 12))
        context.close()
    name = f"{skills:,} skills"
    return [
        Figure(
            name=f"layout and picture as columns, {name}",
            samples=(1000 * made,),
            unit="ms",
            how="in Python, once for every change of a library",
        ),
        Figure(
            name=f"first view, {name}",
            samples=tuple(views),
            unit="ms",
            target=FIRST_VIEW_MS[size],
            how="Chromium without a GPU, 1440x900, from the begin of the navigation",
        ),
        *(
            Figure(
                name=f"frames while panning {where}, {name}",
                samples=tuple(samples),
                unit="1/s",
                target=FRAMES_A_SECOND[size],
                at_least=True,
            )
            for where, samples in (("all of it", far), ("from near", near))
        ),
    ]


def _plans(repeats: int) -> Figure:
    opened = open_library(None, "crafter")
    plan_view(opened, "collect a diamond", {})
    times = seconds_of(lambda: plan_view(opened, "collect a diamond", {}), repeats)
    return Figure(
        name="plan with alternatives, collect a diamond",
        samples=scaled(times, 1000),
        unit="ms",
        target=PLAN_MS,
    )
