"""What axe finds wrong with a page"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def violations(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """Rule and element, `color-contrast: <a …>`; looked at when no colour is on its way to another."""
    page.emulate_media(reduced_motion="reduce")
    found = Axe().run(page, options=options or {}).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]
