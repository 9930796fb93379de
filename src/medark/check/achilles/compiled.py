"""Loops over arrays as machine code: made when first called, kept for the next process

What is done row by row in one loop is done while a row is in the processor's registers; the same as calls on whole
arrays reads and writes memory a dozen times.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from numba import njit

_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


def compiled(loop: Callable[_Given, _Found]) -> Callable[_Given, _Found]:
    """A function of arrays and numbers whose loops are compiled for each kind of arrays that comes.

    What was compiled is kept beside the source, or in the user's cache; where neither can be written, it is compiled
    once a process.
    """
    try:
        return njit(cache=True, nogil=True)(loop)
    except RuntimeError:  # there is nowhere to keep it
        return njit(nogil=True)(loop)
