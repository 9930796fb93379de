"""Care: who goes where with what and when, what is found, given, done, charged and claimed there"""

from __future__ import annotations

from medark.synthetic.care.live import live

__all__ = ["live"]
