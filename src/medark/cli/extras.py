"""Parts that are not in the core: which to install where one is missing"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from medark.errors import MissingExtraError


@contextmanager
def serving() -> Iterator[None]:
    """What is imported in here comes with [serve]. MissingExtraError if it is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "medark":
            raise
        fix = "pip install 'medark[serve]'"
        raise MissingExtraError("serving needs a part that is not installed", fix=fix, part=error.name or "") from None
