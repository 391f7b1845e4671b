"""The system's Chromium, without a screen, for what is measured in a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from agent.bench.isolate import Unmeasurable

SWITCHES = ("--no-sandbox", "--disable-gpu")
NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def opened_browser() -> Iterator[Any]:
    """A browser, closed afterwards. Raises `Unmeasurable` where there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError as error:
        raise Unmeasurable("playwright is missing; install it with: pip install 'journeyman[dev]'") from error
    found = [path for name in NAMES if (path := shutil.which(name))]
    if not found:
        raise Unmeasurable("there is no Chromium on this machine")
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=found[0], args=list(SWITCHES))
        yield browser
        browser.close()
