"""`medark` and `python -m medark`: hand over to the command line"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

_OF_ARROW_ALONE = (["ingest"], ["rebuild"])  # commands


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code that `errors.py` draws."""
    gc.set_threshold(300_000)  # a command makes few cycles: to look for them so often took 2 % of an ingest
    from medark.cli.shell import run

    return run(list(sys.argv[1:] if arguments is None else arguments), dict(os.environ))


def command() -> NoReturn:
    """`main` for a process of its own. It ends without a last look for cycles in all it holds: 5 % of an ingest."""
    if sys.argv[1:2] in _OF_ARROW_ALONE:
        from medark.flows.staging.arrow_alone import leave_pandas

        leave_pandas()
    code = main()
    gc.disable()
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    command()
