"""The methods by name: what is told of each, and what is refused"""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import numpy as np
import pytest

from medark.analyse import surveillance
from medark.analyse.surveillance import METHODS, Detector, detect, method
from medark.errors import DefinitionError

NAMES = {
    "baseline": "baseline", "lag": "lag", "threshold_sd": "limit", "threshold": "limit", "k": "k", "h": "h",
    "lambda": "weight", "L": "limit", "guardband": "lag", "w1": "slow", "w2": "fast", "alpha_red": "alpha",
    "years_b": "years", "half_window_w": "half_window", "seasonal_levels_noPeriods": "levels", "years": "years",
    "past_weeks_not_included": "past_weeks", "weights_threshold": "reweight_above", "p_threshold_trend": "trend_p",
    "window_days": "window", "percentile": "percentile", "replications": "replications", "alpha": "alpha",
    "max_spatial_fraction": "spatial", "max_temporal_fraction": "temporal", "max_temporal_days": "longest",
}  # fmt: skip
OURS = {
    "ears_c1": "ears_c1", "ears_c2": "ears_c2", "ears_c3": "ears_c3", "essence_ewma": "essence_ewma",
    "ewma_chart": "ewma", "cusum_standard": "cusum", "cusum_poisson_rossi": "cusum_poisson",
    "farrington_1996": "farrington", "farrington_flexible_2013": "farrington_flexible",
    "moving_percentile_cidars": "moving_percentile", "scan_poisson_spacetime": "scan_poisson",
    "scan_permutation_spacetime": "scan_permutation",
}  # fmt: skip


@pytest.mark.parametrize(("theirs", "ours"), OURS.items())
def test_defaults_are_those_of_the_reference(shared_reference: Path, theirs: str, ours: str):
    known = json.loads((shared_reference / "07_detection" / "methods.json").read_text(encoding="utf-8"))
    wanted = next(entry for entry in known if entry["id"] == theirs)["parameters"]
    found = {one.name: one.default for one in METHODS[ours].parameters}
    compared = {NAMES[name]: value for name, value in wanted.items() if name in NAMES}
    assert len(compared) >= 2
    if theirs == "farrington_1996":
        compared["alpha"] /= 2  # theirs is of both sides
    assert {name: found[name] for name in compared} == compared


@pytest.mark.parametrize("name", METHODS)
def test_what_is_told_of_a_method(name: str):
    known = METHODS[name]
    assert known.name == name
    assert known.title and known.about.endswith(".") and known.source
    made = known.made()
    asked = {"series": "detect", "shares": "detect", "places": "find", "triangle": "complete"}
    assert hasattr(made, asked[known.takes])
    assert known.parameters
    for one in known.parameters:
        assert len(one.meaning) > 10
        assert getattr(made, one.name) is one.default or getattr(made, one.name) == one.default
    assert inspect.getdoc(known.kind)


@pytest.mark.parametrize("name", [name for name, known in METHODS.items() if known.takes == "series"])
def test_one_calling_shape(name: str):
    """One series or many, whole numbers or not; what is unknown is no alarm; nothing given is changed."""
    counts = np.random.default_rng(1).poisson(5, (3, 1200)).astype(float)
    counts[0, 400:420] = np.nan
    before = counts.copy()
    many, one = detect(counts, name), detect(counts[1].astype(int).tolist(), name)
    np.testing.assert_array_equal(counts, before)
    for part in ("observed", "expected", "threshold", "score", "alarm"):
        assert getattr(many, part).shape == (3, 1200)
        assert getattr(one, part).shape == (1200,)
        np.testing.assert_allclose(getattr(one, part).astype(float), getattr(many, part)[1].astype(float), rtol=1e-9)
    assert not (many.alarm & ~many.known).any()
    assert not many.known[0, 400:420].any()
    assert many.known.mean() > 0.05
    made: Detector = METHODS[name].made()
    np.testing.assert_array_equal(made.detect(counts).threshold, many.threshold)
    assert detect(np.empty((0, 9)), name).alarm.shape == (0, 9)


@pytest.mark.parametrize("name", [name for name, known in METHODS.items() if known.takes == "series"])
@pytest.mark.parametrize("wrong", [[-1.0, 2.0], [float("inf")], [[[1.0]]], 3.0])
def test_what_is_no_count_is_refused(name: str, wrong: object):
    with pytest.raises(DefinitionError):
        detect(wrong, name)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("ears_c1", {"baseline": 1}),
        ("ears_c1", {"baseline": 7.5}),
        ("ears_c1", {"limit": "3"}),
        ("ears_c1", {"limit": float("nan")}),
        ("ears_c1", {"days": 7}),
        ("ewma", {"weight": 0}),
        ("cusum", {"k": True}),
        ("cusum_poisson", {"transform": "log"}),
        ("farrington_flexible", {"alpha": 0.7}),
        ("farrington_flexible", {"threshold": "exact"}),
        ("moving_percentile", {"percentile": 101}),
    ],
)
def test_a_wrong_parameter_is_refused_with_what_to_type(name: str, given: dict[str, object]):
    with pytest.raises(DefinitionError) as refused:
        detect([1.0], name, **given)
    assert next(iter(given)) in str(refused.value)
    assert refused.value.fix


def test_a_wrong_name_is_refused():
    with pytest.raises(DefinitionError, match="ears_c4"):
        method("ears_c4")
    with pytest.raises(DefinitionError, match="scan_poisson"):
        detect([1.0], "scan_poisson")


def test_the_package_offers_what_it_names():
    assert {"detect", "METHODS", "Signals", "Nowcast", "PoissonScan"} <= set(surveillance.__all__)


def test_the_page_tells_every_method_with_its_source_and_defaults():
    page = (Path(__file__).resolve().parents[4] / "docs" / "reference" / "surveillance.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    for name, known in METHODS.items():
        formula, defaults = (row for row in rows if row.startswith(f"| `{name}` |"))
        assert f"| {known.source} |" in formula
        for one in known.parameters:
            value = f'"{one.default}"' if isinstance(one.default, str) else str(one.default)
            assert f"`{one.name}`" in defaults if one.default is None else f"`{one.name}={value}`" in defaults
