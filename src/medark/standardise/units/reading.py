"""A unit as somebody wrote it, read as UCUM: a known word, UCUM's own code, or put together of its words

`10^9/L`, `×10⁹/L`, `G/L`, `mg/dl`, `毫摩尔/升`, `个/HP`, `K/uL`, `mcg/mL`. What nobody knows stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final

from medark.define.units.atoms import omop_codes
from medark.define.units.grammar import known
from medark.standardise.lookups.data import unit_synonym
from medark.standardise.units.tidy import tidied
from medark.standardise.units.words import cased, powers, words

_LONGEST: Final = 60  # characters; longer is a sentence
_SURFACE: Final = re.compile(r"/?[(\[{]?1[.,]?73(?:m|sqm|_m)\^?\*?2?[)\]}]?|/bsa$|/1\.73\.m2", re.IGNORECASE)
_PER: Final = re.compile(r"(?<=[a-z0-9])per(?=[a-z0-9])|每", re.IGNORECASE)
_COMMENT: Final = re.compile(r"\((?:calc|cal|计算|尿|血|总)[^)]*\)$|(?:尿液?|血液?)$", re.IGNORECASE)
_WHOLE: Final = re.compile(r"^[(\[（](.*)[)\]）]$")
_DIMER: Final = re.compile(r"[.({\[]?(feu|ddu)[)}\]]?", re.IGNORECASE)
_OF_WHAT: Final = re.compile(
    r"(/m?(?:g|mol))[.({]*(?:creatinine|creat|crea|cre|cr|hgb|hb|h2o|water|肌酐|血红蛋白)[)}]*$"
)
_ENORMOUS: Final = re.compile(r"(?<![A-Za-z\[])[EPTGMYZ](?:g|mol|[lL]|eq|osm)(?![A-Za-z])")  # megagrams are milligrams
_UNDER: Final = re.compile(r"\.([A-Za-z]+)-1(?=$|[./])")
_SMALL_L: Final = re.compile(r"(?<![A-Za-z\[])([cdfmnpuk]?)l(?![A-Za-z\]])")
_PART: Final = re.compile(r"(?P<power>10\*-?\d+)?\.?(?P<number>\d+(?:\.\d+)?)?(?P<word>.*?)(?P<exponent>-?[1-5])?")


@lru_cache(maxsize=65536)
def read(text: str) -> tuple[str, ...]:
    """What a unit may be in UCUM, likeliest first; nothing if nobody knows.

    >>> read("×10⁹/L"), read("毫克/分升"), read("MG/DL"), read("G/L"), read("whatever")
    (('10*9/L',), ('mg/dL',), ('mg/dL',), ('10*9/L', 'g/L'), ())
    """
    if not text.strip() or len(text) > _LONGEST:
        return ()
    plain, compact = tidied(text), "".join(text.split())
    known_word = (compact,) if compact.lower() in _synonyms() else ()
    for way in dict.fromkeys((*known_word, plain, _COMMENT.sub("", plain), _WHOLE.sub(r"\1", plain), text.strip())):
        if found := tuple(dict.fromkeys(_plain(code) for code in _readings(way))):
            return found
    return ()


def ucum(text: str) -> str | None:
    """The likeliest reading; None if nobody knows."""
    return next(iter(read(text)), None)


def _readings(plain: str) -> Iterator[str]:
    code = omop_codes().get(plain, plain)
    is_own = known(code) is not None
    told = (code,) if is_own and "[" in code else cased().get(plain) or _synonyms().get(plain.lower(), ())
    if told:
        yield from told
        return
    if is_own and not plain.isupper() and not _ENORMOUS.search(plain):
        yield code
        return
    if (made := _composed(plain.lower().rstrip("."))) is not None:
        yield made
    elif is_own:
        yield code


def _plain(code: str) -> str:
    """UCUM has several spellings of one unit: litres as L, 10*, quotients with a stroke, no brackets around it all.

    >>> _plain("mmol.l-1"), _plain("10^9/l"), _plain("(mg/dL)")
    ('mmol/L', '10*9/L', 'mg/dL')
    """
    told = code.replace("10^", "10*")
    if told.startswith("(") and told.endswith(")") and told.count("(") == 1:
        told = told[1:-1]
    told = _SMALL_L.sub(r"\1L", _UNDER.sub(r"/\1", told))
    return told if known(told) == known(code) or known(told) is not None else code


@cache
def _synonyms() -> Mapping[str, tuple[str, ...]]:
    """UCUM codes by word. Of those that only OMOP spells so, UCUM's own are taken."""
    found: dict[str, list[str]] = {}
    for row in unit_synonym().to_pylist():
        code = omop_codes().get(row["ucum_code"], row["ucum_code"])
        if known(code) is not None and not code.startswith(("10*-", "[U]", "[iU]", "k[U]", "u[U]")):
            found.setdefault(row["unit"], []).append(code)
        else:
            found.setdefault(row["unit"], [])
    return MappingProxyType({word: tuple(_alike(codes)) for word, codes in found.items() if codes})


def _alike(codes: list[str]) -> Iterator[str]:
    """Without those that mean the same as one before."""
    seen = set()
    for code in codes:
        unit = known(code)
        if unit is not None and (unit.dimension, unit.line) not in seen:
            seen.add((unit.dimension, unit.line))
            yield code


def _composed(plain: str) -> str | None:
    """UCUM of parts and quotients, each part a word; None if one of them is no word, or the whole is no unit."""
    text, marks = _marked(plain)
    above, *below = _PER.sub("/", text).split("/")
    parts = [_product(above)] if above else []
    parts += [_product(one) if one else None for one in below]
    if any(part is None for part in parts) or not parts:
        return None
    told = [str(part) for part in parts]
    counted = "1" if not above or told[0] == "1" else told[0]
    over = told if not above else told[1:]
    joined = "".join(f"/{one}" if "." not in one else f"/({one})" for one in over if one != "1")
    code = (joined if counted == "1" and joined else counted + joined) + marks
    return code if code != "1" and known(code) else None


def _marked(plain: str) -> tuple[str, str]:
    """The text without what changes its meaning, and that as an annotation."""
    text, surfaces = _SURFACE.subn("", plain)
    text = _OF_WHAT.sub(r"\1", text)
    dimer = _DIMER.search(text)
    if dimer and text != dimer[0]:
        return text[: dimer.start()] + text[dimer.end() :], f"{{{dimer[1].upper()}}}"
    return text, "/{1.73_m2}" if surfaces else ""


def _product(text: str) -> str | None:
    """One part of a quotient: words, joined by dots or by nothing but a number."""
    if whole := _factor(text):
        return whole
    factors = [_factor(one) for one in re.split(r"[.*x]", text)]
    if len(factors) < 2 or any(one is None for one in factors):
        return None
    told = [str(one) for one in factors if one != "1"]
    return ".".join(told) or "1"


def _factor(text: str) -> str | None:
    """A power of ten, a number and a word, any of which may be missing, and its exponent."""
    if text in words():
        return words()[text]
    found = _PART.fullmatch(text)
    if not text or found is None:
        return None
    word, power = found["word"], found["power"]
    for before, meant in powers().items():
        if power is None and word.startswith(before) and (word == before or word[len(before) :] in words()):
            word, power = word.removeprefix(before), meant
            break
    meant = words().get(word, "1" if not word else "")
    if not meant or (found["exponent"] and not word) or (found["number"] and "." in found["number"]):
        return None
    if found["exponent"] and not meant[-1].isalpha():
        return None
    parts = [power, found["number"] and _number(found["number"]), None if meant == "1" else meant]
    told = ".".join(part for part in parts if part)
    return f"{told}{found['exponent'] or ''}" or "1"


def _number(text: str) -> str | None:
    return None if int(text) == 1 else str(int(text))
