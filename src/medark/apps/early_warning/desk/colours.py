"""The colours of the desk's figures: those that a page draws in its reader's theme, and that print"""

from __future__ import annotations

from typing import Final

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
COUNT: Final = "#3476bd"
EXPECTED: Final = "#566471"
THRESHOLD: Final = "#b97a14"
JUDGED: Final = "#7a5fb5"
ALARM: Final = "#b0281f"
SHADE: Final = "#0b7a80"
INK: Final = "#16222c"
QUIET: Final = "#566471"
LINE: Final = "#dde4e9"
PAPER: Final = "#ffffff"
