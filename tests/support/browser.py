"""A real Chromium: the machine's own, without a window, driven by playwright"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, sync_playwright

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")


def chromium() -> str:
    """Where it lies."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    assert found, "no Chromium is installed: run make test-packages"
    return found


@contextmanager
def browser() -> Iterator[Browser]:
    """One that runs for a while. As root it has no sandbox: it opens nothing but our own pages."""
    alone = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=[*alone, "--disable-dev-shm-usage"])
        yield opened
        opened.close()
