"""When an application fails: what is told of it, and never what it was told"""

from __future__ import annotations

import traceback
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from medark.errors import MedarkError, RefusedInput


class AppError(RefusedInput):
    """An application crashed, hung, took too much or answered with nonsense: nothing of its answer is used."""

    http_status = 502


@contextmanager
def answering(app: str, version: str, files: Collection[str] = ()) -> Iterator[None]:
    """What an application's own code does in the platform's process: its errors become AppError.

    Their messages are left out: code that is given a patient's values may put them there.
    """
    try:
        yield
    except AppError:
        raise
    except MedarkError as error:
        raise AppError(error.what, fix=error.fix, app=app, version=version) from None
    except Exception as error:
        at = next((f for f in reversed(traceback.extract_tb(error.__traceback__)) if f.filename in files), None)
        where: dict[str, str | int] = {"file": at.filename.rpartition("/")[2], "line": at.lineno or 0} if at else {}
        raise AppError(
            f"the application failed: {type(error).__name__}", fix="mend this line", app=app, version=version, **where
        ) from None
