"""A real browser: the system's Chromium, without a screen. Without it these tests are skipped, counted."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from agent.cli.serve import _explained
from agent.web.server.app import make_app
from agent.web.server.listening import bind
from agent.web.server.security import Access
from agent.web.views.folders import Folders

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

SWITCHES = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The browser of a file's tests; while it is open an event loop runs in this thread."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as tools:
        opened = tools.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        yield opened
        opened.close()


class Page:
    """A browser's page that keeps what went wrong in it, and takes pictures."""

    def __init__(self, page: Any, pictures: Path) -> None:
        self.page, self._pictures = page, pictures
        self.errors: list[str] = []
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self._check(request.url))

    def _check(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "file:", "data:", "blob:", "about:")):
            self.errors.append(f"asked for {url}")

    def open(self, address: str) -> None:
        """Go there and wait until the view is drawn."""
        self.page.goto("about:blank")
        self.page.goto(address)
        self.page.wait_for_selector("html[data-ready]")

    def wait_until(self, expression: str) -> None:
        """Wait until an expression is true; asked from here: its policy lets a page evaluate none."""
        deadline = time.monotonic() + 60
        while not self._holds(expression):
            assert time.monotonic() < deadline, f"never came true: {expression}"
            self.page.wait_for_timeout(50)

    def _holds(self, expression: str) -> bool:
        from playwright.sync_api import Error

        try:
            return bool(self.page.evaluate(expression))
        except Error as error:  # the page is being loaded again
            if "context was destroyed" not in str(error):
                raise
            return False

    def picture(self, name: str) -> Path:
        path = self._pictures / f"{name}.png"
        self.page.screenshot(path=str(path))
        return path


@pytest.fixture
def browser_page(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens pages: ``browser_page(width, height, dark=...)``; console errors fail the test."""
    contexts, pages = [], []
    pictures = Path(os.environ.get("JOURNEYMAN_SCREENSHOTS") or tmp_path)
    pictures.mkdir(parents=True, exist_ok=True)

    def new(width: int = 1440, height: int = 900, *, dark: bool = False, **more: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", **more
        )
        context.set_default_timeout(60_000)
        contexts.append(context)
        pages.append(Page(context.new_page(), pictures))
        return pages[-1]

    yield new
    expected = "responded with a status of 4"  # what is not there is said on the page
    errors = [error for page in pages for error in page.errors if expected not in error]
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def serve() -> Iterator[Callable[..., Access]]:
    """A function that serves folders on a free port of loopback: ``serve(runs=..., library=...)``."""
    ending: list[tuple[uvicorn.Server, threading.Thread, socket.socket]] = []

    def start(**folders: Any) -> Access:
        listening = bind("127.0.0.1", 0)
        access = Access(host="127.0.0.1", port=listening.getsockname()[1])
        app = make_app(Folders(**folders), access, _explained)
        config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        ending.append((server, thread, listening))
        return access

    yield start
    for server, thread, listening in ending:
        server.should_exit = True
        thread.join()
        with closing(listening):
            pass
