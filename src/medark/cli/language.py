"""Which language to speak: --language, then MEDARK_LANGUAGE or the workspace's setting, then the terminal's"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar

from medark import messages
from medark.errors import UsageError

_asked: ContextVar[str] = ContextVar("medark_language_asked", default="")


def choose(arguments: list[str], environ: Mapping[str, str]) -> list[str]:
    """Speak what the command line or the terminal asks for; gives the arguments without --language.

    UsageError for a language that there is none of.
    """
    rest, asked = _without_option(arguments)
    wanted = asked or environ.get("MEDARK_LANGUAGE", "")
    if asked and asked not in ("auto", *messages.LANGUAGES):
        messages.use(messages.preferred(environ))
        raise UsageError("there are no messages in this language", fix="--language zh")
    _asked.set("" if asked == "auto" else asked)
    messages.use(wanted if wanted in messages.LANGUAGES else messages.preferred(environ))
    return rest


def settle(setting: str) -> None:
    """Speak the workspace's language, unless the command line asked for another."""
    if not _asked.get() and setting in messages.LANGUAGES:
        messages.use(setting)


def _without_option(arguments: list[str]) -> tuple[list[str], str]:
    rest: list[str] = []
    asked, words = "", iter(arguments)
    for word in words:
        if word == "--":  # what follows is the command's
            return [*rest, word, *words], asked
        if word == "--language":
            asked = next(words, "") or "?"
        elif word.startswith("--language="):
            asked = word.partition("=")[2] or "?"
        else:
            rest.append(word)
    return rest, asked
