"""Messages in the user's language: gettext catalogues, and the language chosen for the work at hand"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files

LANGUAGES = ("en", "zh")  # English is what the code says; the others are folders here
DOMAIN = "medark"

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_ENGLISH = NullTranslations()
_current: ContextVar[NullTranslations] = ContextVar("medark_messages")


def _(message: str, /, **values: object) -> str:
    """A message in the chosen language, with its `{name}` places filled.

    >>> _("{count} files", count=3)
    '3 files'
    """
    found = _current.get(_ENGLISH).gettext(message) if message else ""  # "" is a catalogue's header
    return found.format(**values) if values else found


def plural(one: str, many: str, count: int, **values: object) -> str:
    """The form of a message that a count wants; `{count}` is the count with its thousands marked.

    >>> plural("{count} file", "{count} files", 1200)
    '1,200 files'
    """
    return _current.get(_ENGLISH).ngettext(one, many, count).format(count=f"{count:,}", **values)


def N_(message: str) -> str:  # noqa: N802  gettext's name for it
    """Mark a message that is translated where it is shown."""
    return message


def phrase(text: str) -> str:
    """Text that arrives already filled (an error's, a reason) in the chosen language, if the catalogue has it."""
    current = _current.get(_ENGLISH)
    exact = current.gettext(text) if text else ""
    if exact != text or not isinstance(current, GNUTranslations):
        return exact
    for pattern, translated in _patterns(current):
        if found := pattern.fullmatch(text):
            return _filled(translated, [phrase(value) for value in found.groups()])
    return text


def spoken() -> str:
    """The language that is spoken now."""
    return _current.get(_ENGLISH).info().get("language", "en")


def use(language: str | NullTranslations) -> None:
    """Speak a language from here on; one that has no catalogue means English."""
    _current.set(language if isinstance(language, NullTranslations) else translations(language))


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; an empty one for English and languages there is none for."""
    catalogue = files("medark.messages").joinpath(language, "LC_MESSAGES", f"{DOMAIN}.mo")
    if language not in LANGUAGES or not catalogue.is_file():
        return NullTranslations()
    with catalogue.open("rb") as content:
        return GNUTranslations(content)


def preferred(environ: Mapping[str, str]) -> str:
    """The language that a terminal's variables ask for, or English.

    >>> preferred({"LANG": "zh_CN.UTF-8"}), preferred({"LC_ALL": "C", "LANG": "zh_CN"}), preferred({})
    ('zh', 'en', 'en')
    """
    asked = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    language = asked[:2].lower()
    return language if language in LANGUAGES else "en"


@cache
def _patterns(catalogue: GNUTranslations) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(_with_places(catalogue))


def _with_places(catalogue: GNUTranslations) -> Iterator[tuple[re.Pattern[str], str]]:
    entries: Mapping[object, str] = catalogue._catalog  # type: ignore[attr-defined]  # gettext has no public way to list
    for message, translated in entries.items():
        if isinstance(message, str) and (names := _PLACEHOLDER.findall(message)):
            literal = [re.escape(part) for part in _PLACEHOLDER.split(message)]
            if sum(map(len, literal)) > 3:  # a pattern of hardly any words would fit anything
                yield re.compile("(.+?)".join(literal), re.DOTALL), _numbered(translated, names)


def _numbered(translated: str, names: list[str]) -> str:
    for place, name in enumerate(names):
        translated = translated.replace(name, f"\0{place}\0", 1)
    return translated


def _filled(translated: str, values: list[str]) -> str:
    return re.sub("\0(\\d+)\0", lambda found: values[int(found[1])], translated)
