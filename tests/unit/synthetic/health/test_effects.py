"""True effects: all in one table, with what the city was asked to plant"""

from __future__ import annotations

from medark.synthetic.facts.read import keys, rows
from medark.synthetic.health.effects import SCHEMA, true_effects
from medark.synthetic.health.risks import HABITS


def test_every_effect_is_in_the_table_once() -> None:
    found = true_effects()
    assert found.schema.equals(SCHEMA)
    pairs = list(zip(found["cause"].to_pylist(), found["outcome"].to_pylist(), strict=True))
    assert len(set(pairs)) == len(pairs) == len(rows("risk_factors")) + len(rows("effects"))
    assert all(size is not None for size in found["size"].to_pylist())


def test_causes_and_outcomes_are_words_of_the_city() -> None:
    words = {
        *keys("diseases"),
        *keys("drugs"),
        *keys("tests"),
        *keys("vitals"),
        *HABITS,
        "prophylaxis",
        "high_risk",
        "vte",
    }
    for row in true_effects().to_pylist():
        assert {row["cause"], row["outcome"]} <= words
        assert row["measure"] in ("hazard_ratio", "factor", "shift")
        assert row["size"] > 0 or row["measure"] == "shift"


def test_what_was_asked_for_is_planted() -> None:
    planted = {row["planted"] for row in true_effects().to_pylist() if row["planted"]}
    assert planted == {
        "protective drug",
        "confounding by indication",
        "drug that raises a lab value",
        "prophylaxis of VTE",
        "risk score and VTE",
    }
