"""How pages of a registry say values, shares and when something is expected"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from medark.sdk.registry.datasets import FRESH, KNOWN, MISSING, NEVER, OVERDUE
from medark.sdk.registry.file import BASELINE, TRUTH, Registry, Texts, Variable, words
from medark.sdk.shows import View

STATES: Final[Mapping[str, Texts]] = {
    FRESH: words("fresh", "在期"),
    OVERDUE: words("overdue", "逾期"),
    NEVER: words("never", "从未"),
}
NOBODY: Final = words("not known", "不详")
_PAGES: Final[Mapping[str, Texts]] = {
    "": words("Overview", "总览"),
    "completeness": words("Completeness", "完整性"),
    "missing": words("Missing data", "待补数据"),
    "person": words("One person", "个人随访"),
    "codebook": words("Codebook", "数据字典"),
}


def path_of(registry: Registry, part: str = "") -> str:
    """The path of a page."""
    first = registry.name.replace("_", "-")
    return f"{first}-{part}" if part else first


def ways(app: str, registry: Registry, language: str, here: str) -> str:
    """The pages of a registry in a line of markdown."""
    told = []
    for part, title in _PAGES.items():
        shown = title[language]
        told.append(f"**{shown}**" if part == here else f"[{shown}](/console/app/{app}/{path_of(registry, part)})")
    return " · ".join(told)


def title_of(registry: Registry, part: str) -> Texts:
    """The title of a page."""
    if not part:
        return registry.title
    return {language: f"{registry.title[language]}: {_PAGES[part][language]}" for language in ("en", "zh")}


def value(variable: Variable, found: Any, language: str) -> str:
    """A value in words: a number with its unit, a code by its name; a dash for none."""
    if found is None:
        return "—"
    if variable.kind == TRUTH:
        return ("是" if language == "zh" else "yes") if found else ("未见记录" if language == "zh" else "no record")
    if variable.codes:
        named = variable.codes.get(str(found))
        return named[language] if named else str(found)
    return f"{found:.4g}" if isinstance(found, float) else str(found)


def named(variable: Variable, language: str) -> str:
    """Its title with its unit."""
    return f"{variable.title[language]} ({variable.unit})" if variable.unit else variable.title[language]


def expectation(variable: Variable, view: View) -> str:
    """When it is expected, in words."""
    if variable.every:
        return view.say(f"every {variable.every} months", f"每{variable.every}个月")
    if variable.at:
        return view.say("at baseline", "基线") if variable.at == BASELINE else view.say("at an event", "事件时")
    return view.say("as it comes", "有则记录")


def complete(counted: Iterable[Mapping[str, Any]], name: str) -> tuple[int | None, int | None]:
    """How many values are known, and of how many that are expected; None where that is too few to be told."""
    known: int | None = 0
    whole: int | None = 0
    for row in counted:
        if row[name] in (KNOWN, MISSING):
            whole = None if whole is None or row["count"] is None else whole + row["count"]
            if row[name] == KNOWN:
                known = None if known is None or row["count"] is None else known + row["count"]
    return (known if whole is not None else None), whole


def fresh(counted: Iterable[Mapping[str, Any]], name: str) -> tuple[int | None, ...]:
    """How many people have a fresh value, an overdue one, or none; None where that is too few to be told."""
    by_state = {row[name]: row["count"] for row in counted}
    return tuple(by_state.get(state, 0) for state in STATES)


def share_of(parts: tuple[int | None, ...]) -> float | None:
    """The share of the first of these in all of them, in per cent; None where that can't be told.

    >>> share_of((3, 1, 0)), share_of((3, None, 0)), share_of((0, 0, 0))
    (75.0, None, None)
    """
    known = [part for part in parts if part is not None]
    return share(known[0], sum(known)) if len(known) == len(parts) else None


def share(known: int | None, whole: int | None) -> float | None:
    """A share in per cent; None where it can't be told, or nothing is expected.

    >>> share(3, 4), share(None, 4), share(0, 0)
    (75.0, None, None)
    """
    return None if known is None or not whole else round(100 * known / whole, 1)


def quarter(day: object) -> str:
    """
    >>> quarter("2024-04-01")
    '2024 Q2'
    """
    told = str(day)
    return f"{told[:4]} Q{(int(told[5:7]) + 2) // 3}"
