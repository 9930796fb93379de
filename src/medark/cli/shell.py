"""One command from its words to its exit code: the only place that catches everything"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

from medark.cli import failure, language
from medark.errors import MedarkError


def run(arguments: list[str], environ: Mapping[str, str]) -> int:
    """Run one command. Everything that can go wrong becomes a message and an exit code (see `errors.py`)."""
    as_json, debug = "--json" in arguments, environ.get("MEDARK_DEBUG", "") not in ("", "0")
    with _listening() as stopped:
        try:
            if "_MEDARK_COMPLETE" in environ:
                _learn_shells()
            return _command(language.choose(arguments, environ)) or failure.flush()
        except KeyboardInterrupt:
            return failure.interrupted()
        except failure.Stopped as stop:
            return failure.interrupted(str(stop))
        except BrokenPipeError:
            return failure.BROKEN_PIPE
        except Exception as error:
            if stopped.is_set():  # an engine that is stopped in the middle of a query calls it an error of its own
                return failure.interrupted()
            return (
                failure.known(error, as_json, debug)
                if isinstance(error, MedarkError)
                else failure.bug(error, as_json, debug)
            )


@contextmanager
def _listening() -> Iterator[threading.Event]:
    """Set once Ctrl-C was pressed; it still raises KeyboardInterrupt wherever Python is."""
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)


def _learn_shells() -> None:
    """Let typer answer a shell's Tab key: it learns the shells only together with options that we don't have."""
    from typer._completion_classes import completion_init

    completion_init()


def _command(arguments: list[str]) -> int:
    from typer import Abort
    from typer._click.exceptions import NoArgsIsHelpError, UsageError  # typer has no public name for them

    from medark.cli.app import command

    try:
        code = command().main(arguments, prog_name="medark", standalone_mode=False)
    except NoArgsIsHelpError as help_page:
        help_page.show()
        return 2
    except UsageError as error:
        path = error.ctx.command_path if error.ctx else "medark"
        return failure.usage(error.format_message(), path, "--json" in arguments)
    except Abort:
        return failure.interrupted()
    return failure.interrupted() if code == failure.INTERRUPTED else int(code or 0)
