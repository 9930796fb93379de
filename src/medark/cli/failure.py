"""From an exception to what is said and the exit code; a bug is reported by place, never by value"""

from __future__ import annotations

import platform
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

import medark
from medark.cli.console import emit, say
from medark.errors import InternalError, MedarkError
from medark.messages import N_, _, phrase

INTERRUPTED = 130
BROKEN_PIPE = 141

# typer's own words for mistakes on the command line, to be translated: places are what it fills in.
TYPER_PHRASES = (
    N_("No such option: {option} (Possible options: {near})"),
    N_("No such option: {option} Did you mean {near}?"),
    N_("No such option: {option}"),
    N_("No such command '{command}'. Did you mean {near}?"),
    N_("No such command '{command}'."),
    N_("Missing command."),
    N_("Option '{option}' requires an argument."),
    N_("Got unexpected extra argument(s) ({arguments})"),
    N_("Invalid value for '{option}': Input should be a valid integer, unable to parse string as an integer"),
    N_("Invalid value for '{option}': {wanted}"),
)


class Stopped(Exception):  # noqa: N818  no error: somebody wanted it
    """Ctrl-C in a command that does not go on where it was: the message says what is left and what to do."""


def interrupted(said: str = "") -> int:
    """Ctrl-C: say what is safe and how to go on."""
    say("")
    say(said or _("stopped. What was accepted is safe; the same command goes on from there."))
    return INTERRUPTED


def usage(message: str, command_path: str, as_json: bool) -> int:
    """A mistake on the command line."""
    _print(phrase(message), f"{command_path} --help", as_json, "UsageError", {})
    return 2


def known(error: MedarkError, as_json: bool, debug: bool) -> int:
    """One of our errors: what, where, and the next thing to type."""
    if debug:
        _trace(error)
    _print(phrase(error.what), phrase(error.fix), as_json, type(error).__name__, error.where)
    if isinstance(error, InternalError):
        say(_report_where())
    return error.exit_code


def bug(error: BaseException, as_json: bool, debug: bool) -> int:
    """Anything else is a bug: its type and place, and no message, since that may hold a patient's value."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    ours = [f for f in traceback.extract_tb(error.__traceback__) if "medark" in Path(f.filename).parts]
    at = {"at": f"{_short(f.filename)}:{f.lineno}"} if (f := ours[-1] if ours else frame) else {}
    if debug:
        _trace(error)
    _print(_("this is a bug in medark: {kind}", kind=type(error).__name__), "", as_json, "InternalError", at)
    say(_report_where())
    return InternalError.exit_code


def _report_where() -> str:
    versions = f"medark {medark.__version__}, Python {platform.python_version()}, {platform.system()}"
    return _("please report it with the lines above and: {versions}. MEDARK_DEBUG=1 shows more", versions=versions)


def _print(what: str, fix: str, as_json: bool, kind: str, where: Mapping[str, str | int]) -> None:
    place = " ".join(f"{name}={value}" for name, value in where.items())
    say(f"{_('error')}: {what}" + (f" ({place})" if place else ""))
    if fix:
        say(f"  {_('try')}: {fix}")
    if as_json:
        emit({"error": {"kind": kind, "what": what, "fix": fix, "where": dict(where)}})


def _trace(error: BaseException) -> None:
    """The way to the error, without messages and local values."""
    for frame in traceback.extract_tb(error.__traceback__):
        say(f"  {_short(frame.filename)}:{frame.lineno} {frame.name}: {frame.line}")
    say(f"  {type(error).__name__}")
    if error.__cause__ is not None:
        _trace(error.__cause__)


def _short(file: str) -> str:
    parts = Path(file).parts
    names = [i for i, part in enumerate(parts) if part in ("medark", "site-packages")]
    return "/".join(parts[names[-1] :]) if names else Path(file).name


def flush() -> int:
    """Flush standard output; a reader that has gone away (`| head`) is no error worth a message."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = None  # so that the interpreter does not try again at exit
        return BROKEN_PIPE
    return 0
