"""How two records are compared: what brings a pair together, and the levels of agreement of each attribute

The settings of splink (https://moj-analytical-services.github.io/splink), as values: the same levels on DuckDB and
Spark. `m` is how often records of one person agree so, `u` how often records of two people do: what is learnt from the
data starts from these, and stays at them where there is too little of it. m and u are ours, set on made-up cities
and moved by the data at hand.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

_NULL: Final = "null"


class Level(NamedTuple):
    """One level of agreement: its words, the condition over columns `…_l` and `…_r` ('' fits all), m and u."""

    words: str
    condition: str
    m: float
    u: float


@cache
def levels() -> Mapping[str, tuple[Level, ...]]:
    """Attribute → its levels of agreement in order, the best first; what fits none is the last."""
    text = files("medark.standardise.identity").joinpath("levels.toml").read_text(encoding="utf-8")
    return {
        name: tuple(Level(one["words"], " ".join(one["when"].split()), one["m"], one["u"]) for one in some)
        for name, some in tomllib.loads(text).items()
    }


_COMPARED: Final = (
    "name", "sound", "latin", "family", "given", "birth", "birth_year", "sex", "ni", "ni_raw", "insurance", "phone",
    "address", "town", "road",
)  # fmt: skip
_COMMON: Final = {"name": ("name", "sound"), "phone": ("phone",)}  # levels that weigh less for frequent values
_UNIQUE: Final = ("ni", "insurance")  # in records of few people a chance pair is too often one person's: u as it stands
_PRIOR: Final = 1e-4  # that two records are one person's, while nothing is learnt: some thousands of people
_STEADY: Final = 0.1  # of each learnt m so much is what it was before: no level is ever impossible

# What brings two records together: pairs that agree in none of these are never looked at. Columns that many records
# share (`MOST` and more) bring nobody together.
BLOCKS: Final[tuple[tuple[str, ...], ...]] = (
    ("ni_raw",), ("insurance",), ("phone",), ("sound", "birth_year"), ("birth", "family"), ("birth", "given"),
    ("birth", "road"), ("sound", "road"), ("given", "address"), ("address", "birth_year"),
)  # fmt: skip
MOST: Final = 200
_TRAINED: Final = ("birth", "sound")


def settings(*, learns: bool = False) -> dict[str, Any]:
    """Settings of a model that `learns`, or of one that weighs as the priors say: for few records, of whose values
    nobody can say how common they are.
    """
    return {
        "probability_two_random_records_match": _PRIOR,
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "additional_columns_to_retain": ["own_id", "fresh"],
        "blocking_rules_to_generate_predictions": blocking(),
        "comparisons": [_comparison(name, some, learns=learns) for name, some in levels().items()],
    }


def blocking(extra: str = "") -> list[str]:
    """The conditions of BLOCKS, over the columns `block_…` that `blocks_sql` makes."""
    rules = [f"l.{_block(columns)} = r.{_block(columns)}" for columns in BLOCKS]
    return [f"{rule} AND ({extra})" if extra else rule for rule in rules]


def training() -> list[str]:
    """The conditions under which m is learnt, one after the other: each leaves out what it rests on itself."""
    return [f"l.{column} = r.{column}" for column in _TRAINED]


def steadied(model: Mapping[str, Any]) -> dict[str, Any]:
    """A learnt model in which no level is impossible: what a few pairs never showed may be all the same."""
    made = dict(model)
    made["comparisons"] = [
        {
            **one,
            "comparison_levels": [_steadied(one["output_column_name"], level) for level in one["comparison_levels"]],
        }
        for one in model["comparisons"]
    ]
    return made


def _steadied(name: str, level: Mapping[str, Any]) -> dict[str, Any]:
    prior = {words: m for words, _, m, _ in levels()[name]}.get(level.get("label_for_charts", ""))
    if prior is None:
        return dict(level)
    return {**level, "m_probability": (1 - _STEADY) * level.get("m_probability", prior) + _STEADY * prior}


def levels_sql(pairs: str, records: str, *, learnt: bool) -> str:
    """The pairs with the level of each attribute, 0 the best, null where one side says nothing: `level_<attribute>`;
    `evidence`: of each that both say, level and bits, as JSON.
    """
    both = ", ".join(f"l.{c} AS {c}_l, r.{c} AS {c}_r" for c in _COMPARED)
    cells = ", ".join(_level(name, some) for name, some in levels().items())
    levelled = (
        f"SELECT p.*, {cells} FROM (SELECT p.*, {both} FROM {pairs} AS p JOIN {records} AS l ON"
        f" l.unique_id = p.unique_id_l JOIN {records} AS r ON r.unique_id = p.unique_id_r) AS p"
    )
    told = " || ".join(_told(name, with_frequency=learnt and name in _COMMON) for name in levels())
    evidence = f"'{{' || substr({told}, 2) || '}}'"
    return f"SELECT p.*, {evidence} AS evidence FROM ({levelled}) AS p"


def _told(name: str, *, with_frequency: bool) -> str:
    bits = f"mw_{name}" + (f" + mw_tf_adj_{name}" if with_frequency else "")
    cell = f"',\"{name}\":[' || cast(level_{name} AS varchar) || ',' || cast(round({bits}, 1) AS varchar) || ']'"
    return f"coalesce({cell}, '')"


def _level(name: str, some: Sequence[Level]) -> str:
    cases = " ".join(f"WHEN {condition} THEN {n}" for n, (_, condition, *_) in enumerate(some) if condition)
    unknown = f"WHEN {name}_l IS NULL OR {name}_r IS NULL THEN NULL"
    return f"CASE {unknown} {cases} ELSE {len(some) - 1} END AS level_{name}"


def blocks_sql(relation: str) -> str:
    """The records with a column for each of BLOCKS, null where a value is unknown or shared by too many."""
    cells = []
    for columns in BLOCKS:
        value = f"({' || chr(31) || '.join(columns)})"
        cells.append(f"CASE WHEN count(*) OVER (PARTITION BY {value}) <= {MOST} THEN {value} END AS {_block(columns)}")
    return f"SELECT *, {', '.join(cells)} FROM {relation}"


def _block(columns: Sequence[str]) -> str:
    return "block_" + "_".join(columns)


def _comparison(name: str, some: Sequence[Level], *, learns: bool) -> dict[str, Any]:
    made: list[dict[str, Any]] = [
        {"sql_condition": f"{name}_l IS NULL OR {name}_r IS NULL", "label_for_charts": _NULL, "is_null_level": True}
    ]
    frequent = _COMMON.get(name, ()) if learns else ()
    for number, (words, condition, m, u) in enumerate(some):
        level: dict[str, Any] = {
            "sql_condition": condition or "ELSE", "label_for_charts": words, "m_probability": m, "u_probability": u,
            "fix_u_probability": name in _UNIQUE,
        }  # fmt: skip
        if number < len(frequent):
            level |= {"tf_adjustment_column": frequent[number], "tf_adjustment_weight": 1.0}
        made.append(level)
    return {"output_column_name": name, "comparison_levels": made}
