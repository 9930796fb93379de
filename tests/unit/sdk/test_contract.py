"""The contract finds every promise that is not kept, and only those."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medark.define import Card, Cohort, Dataset, Rule, codes, conditions, every, everyone, measurements, months
from medark.define import Measure as Counted
from medark.errors import DefinitionError, UsageError
from medark.model.access import Purpose
from medark.sdk import (
    App,
    CardRule,
    Counts,
    FilledForm,
    FormAnswer,
    Page,
    Publish,
    PublishFigure,
    PublishMeasure,
    Rows,
    TaskRule,
    Text,
)
from medark.sdk.app_toml import read_manifest
from medark.sdk.contract import as_toml, check, reads_of
from medark.sdk.manifest import Manifest, ManifestPage

K = codes("potassium", "LOINC", "2823-3")
LAST = measurements.of(K).last().value_in("mmol/L")
BOTH = {"en": "a", "zh": "b"}


def rule(name: str = "high", **changed: object) -> Rule:
    given = {"when": LAST > 6, "card": Card("钾 {k}", "K {k}"), "values": {"k": LAST}, "source": "test", **changed}
    return Rule(name, **given)  # type: ignore[arg-type]


def saves(filled: FilledForm) -> tuple[FormAnswer, ...]:
    return (FormAnswer(filled.person_id, "a:seen", filled.yes_no("seen")),)


def sound() -> App:
    tested = Publish("tested", Dataset(everyone(on=None), {"k": LAST}), BOTH, {"k": "potassium"})
    return App(
        cards=(CardRule("high", ("patient-view",), rule()),),
        datasets=(tested,),
        tasks=(TaskRule("call", rule("call"), BOTH),),
        measures=(PublishMeasure("rate", Counted("rate", everyone(), LAST > 6, intervals=months(1)), BOTH),),
        figures=(PublishFigure("bars", BOTH, lambda view: view, {"n": Counts("tested", ("k",))}),),  # type: ignore[arg-type, return-value]
        pages=(Page("all", BOTH, lambda view: (Text(""),), {"rows": Rows("tested", ("person_id", "k"), ("-k",))}),),
    )


def manifest(app: App) -> Manifest:
    pages = tuple(ManifestPage(page.path, BOTH) for page in app.pages)
    return Manifest("a", "1.0.0", Purpose.CARE, BOTH, BOTH, reads_of(app), app.published(), pages)


def test_a_sound_one_keeps_all() -> None:
    assert check(manifest(sound()), sound()) == ()


WRONG = {
    "reads more": (lambda m, a: (replace(m, reads={**m.reads, "measurement": frozenset({"person_id"})}), a)),
    "reads another table": (lambda m, a: (replace(m, reads={"measurement": m.reads["measurement"]}), a)),
    "asks for more": (lambda m, a: (replace(m, reads={**m.reads, "death": frozenset({"cause_concept_id"})}), a)),
    "publishes more": (lambda m, a: (replace(m, publishes={**m.publishes, "cards": ()}), a)),
    "publishes less": (lambda m, a: (replace(m, publishes={**m.publishes, "tasks": ("call", "other")}), a)),
    "one name twice": (lambda m, a: (m, replace(a, cards=a.cards * 2))),
    "another page": (lambda m, a: (replace(m, pages=()), a)),
    "no page": (lambda m, a: (m, replace(a, pages=()))),
    "keeps what it does not say": (
        lambda m, a: (replace(m, writes=()), replace(a, pages=(replace(a.pages[0], save=saves),)))
    ),
    "says what it does not keep": (lambda m, a: (replace(m, writes=("a:*",)), a)),
    "one path twice": (lambda m, a: (m, replace(a, pages=a.pages * 2))),
    "a rule of nowhere": (lambda m, a: (m, replace(a, cards=(CardRule("high", ("patient-view",), rule(source="")),)))),
    "a value that is not there": (lambda m, a: (m, replace(a, tasks=(TaskRule("call", rule(values={}), BOTH),)))),
    "too long": (
        lambda m, a: (m, replace(a, cards=(CardRule("high", ("patient-view",), rule(card=Card("钾", "K" * 141))),)))
    ),
    "no meaning": (lambda m, a: (m, replace(a, datasets=(replace(a.datasets[0], meanings={}),)))),
    "a meaning of nothing": (
        lambda m, a: (m, replace(a, datasets=(replace(a.datasets[0], meanings={"k": "x", "y": "z"}),)))
    ),
    "one language": (lambda m, a: (m, replace(a, measures=(replace(a.measures[0], title={"en": "a"}),)))),
    "shows another's": (lambda m, a: (m, replace(a, figures=(replace(a.figures[0], shows={"n": Counts("other")}),)))),
    "shows no column": (
        lambda m, a: (m, replace(a, pages=(replace(a.pages[0], shows={"n": Rows("tested", ("name",))}),)))
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_each_promise_that_is_not_kept_is_found(name: str) -> None:
    faults = check(*WRONG[name](manifest(sound()), sound()))
    assert faults
    assert all(fault.what and fault.fix for fault in faults)


def test_a_page_that_keeps_a_form_says_what_it_writes() -> None:
    keeps = replace(sound(), pages=(replace(sound().pages[0], save=saves),))
    assert check(replace(manifest(keeps), writes=("a:*",)), keeps) == ()


def test_what_can_not_even_be_written() -> None:
    with pytest.raises(DefinitionError):
        CardRule("high", ("on-tuesdays",), rule())
    with pytest.raises(DefinitionError):
        CardRule("high", (), rule())
    with pytest.raises(DefinitionError):
        TaskRule("call", rule(), BOTH, due_hours=0)
    with pytest.raises(UsageError):
        Rows("tested", ("k",), limit=10_000)


def test_the_lines_to_write_are_what_is_read() -> None:
    cohort = Publish("ill", Cohort("ill", every(conditions.of(K))), BOTH, {})
    app = App(datasets=(cohort,))
    text = as_toml(reads_of(app))
    head = 'name = "aa"\nversion = "1.0.0"\npurpose = "care"\n'
    words = 'title = { en = "a", zh = "b" }\ndescription = { en = "a", zh = "b" }\n'
    assert read_manifest(head + words + text).reads == reads_of(app)
