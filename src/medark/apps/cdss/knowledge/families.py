"""The facts of the cards as entries: interactions, allergies, kidneys, old age, QT, critical values, jumps"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from medark.define import attached

from .entry import Entry, Link, Texts, drug_links, source_id, test_id
from .facts import names as names_of
from .facts import several

Row = Mapping[str, str]
_LANGUAGES: Final = ("en", "zh")
_CONFIRM: Final = "to be confirmed"


def of_facts() -> Iterator[Entry]:
    """Each row of each table of facts that cards go by; the row itself stays with it, to be known again."""
    for table, made in _TABLES.items():
        for row in _table(table):
            yield replace(made(row), row={**row, **_named(row)})


def of_cards(sources: Mapping[str, str]) -> Iterator[Entry]:
    """Each card, by name. `sources`: what each goes by."""
    for row in attached.table_file("knowledge/facts/cards.csv"):
        if row["card"] in sources:
            source = sources[row["card"]]
            about = tuple(Link("about", test_id(key)) for key in several(row["tests"]))
            links = (*about, Link("told_by", source_id(source)))
            yield Entry(
                f"card:{row['card']}", "rule", names_of(row), _pair(row, "about"), source, links, (), row["family"],
                _CONFIRM in source,
            )  # fmt: skip


def drugs_of_cards() -> dict[str, Texts]:
    """The drugs and groups of drugs that the facts name, by their codes."""
    found: dict[str, Texts] = {}
    for table, codes, words in _DRUGS:
        for row in _table(table):
            if row[codes] and row.get("kind", "drug") == "drug":
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
        "en": f"{row['drug_en']} from 65 years on", "zh": f"65岁及以上：{row['drug_zh']}",
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
    limits = "; ".join(f"{sign} {row[of]}" for sign, of in (("<", "low"), (">", "high")) if row[of])
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
    return replace(entry, links=(link, *entry.links))


def _named(row: Row) -> Row:
    """The name of the test of a row, as cards tell it."""
    return {f"lab_{language}": name for language, name in _labs()[row["lab"]].items()} if "lab" in row else {}


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


def _monitoring(row: Row) -> Entry:
    lab = _labs()[row["lab"]]
    names = {"en": f"{row['label_en']}: {lab['en']}", "zh": f"{row['label_zh']}：{lab['zh']}"}
    told = {"en": f"Test it every {row['days']} days at least", "zh": f"至少每{row['days']}天检查一次"}
    atc = (row["what"],) if row["kind"] == "drug" else ()
    entry = _rule(f"monitor:{row['number']}", "monitoring", names, told, row["source"], atc)
    return _with(entry, Link("about", test_id(row["lab"])))


_TABLES: Final[Mapping[str, Callable[[Row], Entry]]] = {
    "interactions": _interaction, "allergies": _allergy, "renal": _renal, "elderly": _elderly, "qt": _qt,
    "critical": _critical, "delta": _delta, "monitoring": _monitoring,
}  # fmt: skip
_DRUGS: Final = (
    ("interactions", "object_atc", "object"), ("interactions", "precipitant_atc", "precipitant"),
    ("allergies", "allergen_atc", "allergen"), ("allergies", "drug_atc", "drug"), ("renal", "atc", "drug"),
    ("elderly", "atc", "drug"), ("qt", "atc", "drug"), ("monitoring", "what", "label"),
)  # fmt: skip
