"""The words that a column's name is made of, in English, Chinese, pinyin, German, French and Spanish, as concepts

`admission_dttm`, `入院时间`, `rysj`, `ruyuanshijian` and `Aufnahmezeitpunkt` are all admit + time.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice, product
from types import MappingProxyType

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_RUN = re.compile(r"[A-Za-z]+|\d+|[一-鿿]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_SHORTEST = 2  # letters of a word inside a longer one
_KNOWN_COST, _LETTER_COST = 1.0, 1.4  # a letter of no word costs more than a word
_ANY_WORD = frozenset({"time", "id", "code", "name"})  # concepts of which one word says what another does: date, dttm
_ENDINGS = frozenset({"id", "no", "cd", "nm", "dt", "tm", "ts"})  # short words that end a name: patno, admdt
_INFLECTED = re.compile(r"(?:ing|ed|es|e|s)$")
_SHORTEST_STEM = 5  # letters of an English word that may be inflected
_LATIN = ("en", "de", "fr", "es", "full")  # in what order a word of Latin letters is tried
_INITIALS = 5  # letters of a name that is first letters
_WAYS = 4  # in which words that are cut short are written out
_KNOWN_NAMES = 1 << 15  # of columns, whose parts are remembered

Forms = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Words:
    """Of each language, each form and the concepts that it may stand for."""

    latin: Mapping[str, Forms]
    zh: Forms
    pinyin: Forms


@cache
def _words() -> _Words:
    found: dict[str, dict[str, tuple[str, ...]]] = {name: {} for name in (*_LATIN, "zh", "pinyin")}
    text = files("medark.standardise.propose").joinpath("words.csv").read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        for language, forms in found.items():
            for form in (row[language] or "").split():
                forms[form] = (*forms.get(form, ()), row["concept"])
    frozen = {name: MappingProxyType(forms) for name, forms in found.items()}
    return _Words(MappingProxyType({name: frozen[name] for name in _LATIN}), frozen["zh"], frozen["pinyin"])


@cache
def _simplified() -> Mapping[int, str]:
    """Traditional characters with the simplified ones that names here are written with. Source: 通用规范汉字表 (2013),
    appendix 1.
    """
    text = files("medark.standardise.propose").joinpath("han.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({ord(old): row["simplified"] for row in rows for old in row["traditional"]})


def folded(name: str) -> str:
    """Without accents; umlauts as they are written where there are none, traditional Chinese characters as simplified.

    >>> folded("Größe"), folded("código"), folded("就醫日期")
    ('Groesse', 'codigo', '就医日期')
    """
    if name.isascii():
        return name
    parts = unicodedata.normalize("NFKD", name.translate(_UMLAUTS).translate(_simplified()))
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


@lru_cache(maxsize=_KNOWN_NAMES)
def normal(name: str) -> str:
    """A name as names are compared: letters, digits and Chinese characters alone, in lower case.

    >>> normal("Admit_Time (h)"), normal("入院时间")
    ('admittimeh', '入院时间')
    """
    return "".join(character for character in folded(name).lower() if character.isalnum())


@lru_cache(maxsize=_KNOWN_NAMES)
def tokens(name: str) -> tuple[str, ...]:
    """The parts of a name, in lower case, words that are written together taken apart.

    >>> tokens("hospitalAdmitTime24"), tokens("labresultoffset"), tokens("Aufnahmedatum"), tokens("入院科室编码")
    (('hospital', 'admit', 'time', '24'), ('lab', 'result', 'offset'), ('aufnahme', 'datum'), ('入院', '科室', '编码'))
    """
    found: list[str] = []
    for run in _RUN.findall(_CAMEL.sub(" ", folded(name))):
        low = run.lower()
        if low.isascii() and low.isalpha():
            found += _latin(low)
        elif low.isdigit():
            found.append(low)
        else:
            found += _apart(low, _words().zh)
    return tuple(found)


@lru_cache(maxsize=_KNOWN_NAMES)
def concepts(name: str, *, pinyin: bool = False) -> tuple[str, ...]:
    """What the parts of a name stand for. `pinyin`: read a word that is none of any language as first letters.

    >>> concepts("admission_dttm"), concepts("rysj", pinyin=True)
    (('visit', 'admit', 'time'), ('admit', 'time', 'findings'))
    """
    words = _words()
    found: list[str] = []
    for token in tokens(name):
        meant = next((forms[token] for forms in (*words.latin.values(), words.zh) if token in forms), None)
        if meant is None and pinyin and token.isascii():
            meant = tuple(c for part in _letters(token) for c in words.pinyin[part])
        found += meant or ()
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=_KNOWN_NAMES)
def is_pinyin(name: str) -> bool:
    """Is a name written in pinyin in full, with no word of a language of Europe?

    >>> is_pinyin("xingbie"), is_pinyin("sex"), is_pinyin("XB")
    (True, False, False)
    """
    latin, parts = _words().latin, tokens(name)
    west = any(part in forms for part in parts for language, forms in latin.items() if language != "full")
    return not west and any(part in latin["full"] for part in parts)


@cache
def _shorts() -> Forms:
    """English words as they are cut short, and what each may stand for, likeliest first."""
    text = files("medark.standardise.propose").joinpath("short.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({row["short"]: tuple(row["words"].split()) for row in rows})


@lru_cache(maxsize=_KNOWN_NAMES)
def spelled(name: str) -> tuple[str, ...]:
    """A name with words that are cut short written out, in the ways they may be; none if nothing is cut short. A word
    that stands alone may be first letters of another language, and stays.

    >>> spelled("DschDt"), spelled("AdmDt"), spelled("admit_ward"), spelled("PX")
    (('discharge date',), ('admission date', 'administration date'), ('admission ward',), ())
    """
    parts = tokens(name)
    if len(parts) < 2 or not name.isascii() or not any(part in _shorts() for part in parts):
        return ()
    ways = product(*(_shorts().get(part, (part,)) for part in parts))
    return tuple(" ".join(way).replace("_", " ") for way in islice(ways, _WAYS))


@lru_cache(maxsize=_KNOWN_NAMES)
def alike(name: str) -> tuple[str, ...]:
    """The parts of a name, in which any word for a time, a number that names something, a code, or what is called so
    is one; English words written out, and without their endings.

    >>> alike("admission_dttm") == alike("Admission Date Time"), alike("入院日期") == alike("入院时间")
    (True, True)
    >>> alike("DschDt") == alike("discharge_time"), alike("drug_nm") == alike("Drug description")
    (True, True)
    """
    found: list[str] = []
    for token in tokens(next(iter(spelled(name)), name)):
        meant = {c for forms in (*_words().latin.values(), _words().zh) for c in forms.get(token, ())} & _ANY_WORD
        part = f"={min(meant)}" if meant else _stem(token)
        if not found or found[-1] != part:
            found.append(part)
    return tuple(found)


def _stem(token: str) -> str:
    is_short = len(token) < _SHORTEST_STEM or not token.isascii()
    return token if is_short else _INFLECTED.sub("", token)


@lru_cache(maxsize=_KNOWN_NAMES)
def is_initials(name: str) -> bool:
    """Are its few letters the first ones of words? One letter more or less is another word.

    >>> is_initials("JFBZ"), is_initials("temp"), is_initials("admit_time"), is_initials("诊断")
    (True, False, False, False)
    """
    letters = normal(name)
    return letters.isascii() and letters.isalpha() and len(letters) <= _INITIALS and not concepts(name)


def _latin(run: str) -> Sequence[str]:
    """A word of Latin letters in the language that leaves the fewest letters over, first of all in English."""
    best: Sequence[str] = [run]
    left = len(run) + 1
    if run in _shorts():
        return best
    for forms in _words().latin.values():
        parts = _apart(run, forms)
        over = sum(len(part) for part in parts if part not in forms)
        if over < left:
            best, left = parts, over
        if not left:
            break
    return best


def _letters(token: str) -> Sequence[str]:
    """The words of first letters that a token is made of, if it is made of such alone."""
    parts = _apart(token, _words().pinyin, whole=True)
    return parts if all(part in _words().pinyin for part in parts) else ()


def _apart(run: str, words: Forms, *, whole: bool = False) -> list[str]:
    """The cheapest way to write a run as known words and what is left between them."""
    if run in words and not whole:
        return [run]
    best: list[tuple[float, list[str], bool]] = [(0.0, [], True)]  # the last: is the last part a word?
    for end in range(1, len(run) + 1):
        cost, parts, is_word = best[end - 1]
        options = [(cost + _LETTER_COST, _glued(parts, run[end - 1], is_word=is_word), False)]
        for start in range(max(0, end - 18), end):
            word = run[start:end]
            if word in words and (len(word) >= _least(word, whole=whole) or (end == len(run) and word in _ENDINGS)):
                options.append((best[start][0] + _KNOWN_COST, [*best[start][1], word], True))
        best.append(min(options, key=lambda option: option[0]))
    return best[-1][1]


def _least(word: str, *, whole: bool) -> int:
    """Letters that a word inside a longer one has."""
    return max(_SHORTEST, 3 if word.isascii() and not whole else 1)


def _glued(parts: list[str], letter: str, *, is_word: bool) -> list[str]:
    """A letter more of what is no word."""
    if parts and not is_word:
        return [*parts[:-1], parts[-1] + letter]
    return [*parts, letter]
