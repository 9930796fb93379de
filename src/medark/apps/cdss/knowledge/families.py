"""The facts of the cards as entries: interactions, allergies, kidneys, old age, QT, critical values, jumps"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from medark.define import attached

from .entry import Entry, Link, Texts, drug_links, source_id, test_id

Row = Mapping[str, str]
_LANGUAGES: Final = ("en", "zh")
_CONFIRM: Final = "to be confirmed"


def of_cards() -> Iterator[Entry]:
    """Each row of each table of facts that cards go by."""
    for table, made in _TABLES.items():
        yield from map(made, _table(table))


def drugs_of_cards() -> dict[str, Texts]:
    """The drugs and groups of drugs that the facts name, by their codes."""
    found: dict[str, Texts] = {}
    for table, codes, words in _DRUGS:
        for row in _table(table):
            if row[codes]:
                found.setdefault(row[codes], _pair(row, words))
    return found


def _interaction(row: Row) -> Entry:
    both = [_pair(row, side) for side in ("object", "precipitant")]
    return _rule(
        f"ddi:{row['number']}", "ddi", {language: " × ".join(one[language] for one in both) for language in _LANGUAGES},
        _joined(row, "effect", "action"), row["source"], (row["object_atc"], row["precipitant_atc"]),
    )  # fmt: skip


def _allergy(row: Row) -> Entry:
    names = {
        "en": f"Allergy to {row['allergen_en']}: {row['drug_en']}",
        "zh": f"{row['allergen_zh']}过敏：{row['drug_zh']}",
    }
    text = {"en": f"Cross-reactivity {row['risk_en']}", "zh": f"交叉反应{row['risk_zh']}"}
    atc = tuple(code for code in (row["allergen_atc"], row["drug_atc"]) if code)
    return _rule(f"allergy:{row['number']}", "allergy", names, text, row["source"], atc)


def _renal(row: Row) -> Entry:
    limits = _between(row["least"], row["below"])
    names = {
        "en": f"{row['drug_en']} with {row['measure']} {limits}", "zh": f"{row['drug_zh']}：{row['measure']} {limits}",
    }  # fmt: skip
    entry = _rule(f"renal:{row['number']}", "renal", names, _pair(row, "action"), row["source"], (row["atc"],))
    return _with(entry, Link("about", test_id("crea")))


def _elderly(row: Row) -> Entry:
    names = {
        "en": f"{row['drug_en']} from {row['from_age']} years on", "zh": f"{row['from_age']}岁及以上：{row['drug_zh']}",
    }  # fmt: skip
    return _rule(f"beers:{row['number']}", "beers", names, _joined(row, "advice", "why"), row["source"], (row["atc"],))


def _qt(row: Row) -> Entry:
    names = {"en": f"{row['drug_en']} prolongs QT", "zh": f"{row['drug_zh']}延长QT间期"}
    text = {
        "en": "ECG before and during treatment, potassium and magnesium; no second such drug",
        "zh": "用药前后心电图，监测血钾、血镁，避免同类药合用",
    }
    return _rule(f"qt:{row['atc']}", "qt", names, text, row["source"], (row["atc"],))


def _critical(row: Row) -> Entry:
    lab = _labs()[row["lab"]]
    limits = "; ".join(f"{sign} {row[of]}" for sign, of in (("≤", "low"), ("≥", "high")) if row[of])
    names = {"en": f"Critical value: {lab['en']}", "zh": f"危急值：{lab['zh']}"}
    told = dict.fromkeys(_LANGUAGES, f"{limits} {row['unit']} ({row['population']}, {row['scheme']})")
    identity = f"critical:{row['scheme']}.{row['lab']}.{row['population']}".replace(" ", "_")
    return _with(_rule(identity, "critical", names, told, row["source"], ()), Link("about", test_id(row["lab"])))


def _delta(row: Row) -> Entry:
    lab, unit = _labs()[row["lab"]], "%" if row["kind"] == "percent" else ""
    names = {"en": f"Jump between results: {lab['en']}", "zh": f"差值核查：{lab['zh']}"}
    told = {
        "en": f"Over {row['limit']}{unit} within {row['days']} days: look at the sample, then at the patient",
        "zh": f"{row['days']}天内变化超过{row['limit']}{unit}：先核对标本，再评估患者",
    }
    return _with(
        _rule(f"delta:{row['lab']}", "delta", names, told, row["source"], ()), Link("about", test_id(row["lab"]))
    )


def _rule(identity: str, family: str, names: Texts, text: Texts, source: str, atc: Iterable[str]) -> Entry:
    """A rule that drugs lead to, and that leads to its source."""
    links = (*drug_links("about", atc, is_turned=True), Link("told_by", source_id(source)))
    return Entry(identity, "rule", names, text, source, links, (), family, _CONFIRM in source)


def _with(entry: Entry, link: Link) -> Entry:
    return Entry(
        entry.id, entry.kind, entry.names, entry.text, entry.source, (link, *entry.links), entry.synonyms,
        entry.family, entry.to_be_confirmed,
    )  # fmt: skip


def _pair(row: Row, name: str) -> Texts:
    return {language: row[f"{name}_{language}"] for language in _LANGUAGES}


def _joined(row: Row, *names: str) -> Texts:
    return {
        "en": "; ".join(row[f"{name}_en"] for name in names if row[f"{name}_en"]),
        "zh": "；".join(row[f"{name}_zh"] for name in names if row[f"{name}_zh"]),
    }


def _between(least: str, below: str) -> str:
    """Limits in words: 30–45, < 30, ≥ 60."""
    if not float(least or 0):
        return f"< {below}"
    return f"{least}–{below}" if below else f"≥ {least}"


def _labs() -> dict[str, Texts]:
    return {row["key"]: _pair(row, "label") for row in _table("labs")}


def _table(name: str) -> list[dict[str, str]]:
    return attached.table_file(f"facts/{name}.csv")


_TABLES: Final[Mapping[str, Callable[[Row], Entry]]] = {
    "interactions": _interaction, "allergies": _allergy, "renal": _renal, "elderly": _elderly, "qt": _qt,
    "critical": _critical, "delta": _delta,
}  # fmt: skip
_DRUGS: Final = (
    ("interactions", "object_atc", "object"), ("interactions", "precipitant_atc", "precipitant"),
    ("allergies", "allergen_atc", "allergen"), ("allergies", "drug_atc", "drug"), ("renal", "atc", "drug"),
    ("elderly", "atc", "drug"), ("qt", "atc", "drug"),
)  # fmt: skip
