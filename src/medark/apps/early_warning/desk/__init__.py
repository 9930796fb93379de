"""The desk: the pages of early warning, from today's signals to the report of one of them"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from medark.sdk import Page

from .districts import Districts, districts
from .overview import overview
from .report_page import report_page
from .series import DISTRICT, Named
from .signal_page import signal_page
from .stays import stays
from .system_page import system_page
from .systems import System

__all__ = ["System", "pages", "stays"]
DUTIES_ON: Final = "notifiable"  # the page that shows the law's clock
Words = Callable[[str, str, str], str]  # (column, value, language) -> the value in words


def pages(systems: tuple[System, ...], words: Words) -> tuple[Page, ...]:
    """The pages of the systems, an overview before them, and the pages of one signal behind them."""
    of = districts()
    named = Named(_label(words, of))
    return (
        overview(systems, named, of),
        *(system_page(one, named, of, one.path == DUTIES_ON) for one in systems),
        signal_page(systems, named, of),
        report_page(systems, named, of),
    )


def _label(words: Words, of: Districts) -> Callable[[str, object, str], str]:
    def label(column: str, value: object, language: str) -> str:
        if column == DISTRICT:
            return of.named(value, language)
        return words(column, str(value), language)

    return label
