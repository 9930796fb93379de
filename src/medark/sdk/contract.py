"""What an application must keep: what it reads and publishes is what its manifest says, in words people understand"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from medark.define import Cohort, Dataset, Measure, Rule, Tally
from medark.define.answers import reads
from medark.define.definitions.variables import ENTRY_COLUMNS
from medark.messages import N_
from medark.model.card import LONGEST_SUMMARY
from medark.sdk.app import App, Publish, PublishFigure, PublishMeasure, TaskRule
from medark.sdk.finding import places
from medark.sdk.manifest import LANGUAGES, Manifest
from medark.sdk.shows import named
from medark.sdk.signals import PublishSignal, Trigger

Reads = Mapping[str, frozenset[str]]
Titled = Publish | TaskRule | PublishMeasure | PublishFigure | PublishSignal | Trigger


@dataclass(frozen=True, slots=True)
class Fault:
    """One promise that is not kept, and what to write."""

    what: str
    fix: str
    at: str = ""


def check(manifest: Manifest, app: App) -> tuple[Fault, ...]:
    """Everything in which an application does not keep its manifest; nothing for a sound one."""
    return tuple(fault for promise in PROMISES for fault in promise(manifest, app))


def reads_of(app: App) -> Reads:
    """What its definitions read, all together: table to columns."""
    found: dict[str, frozenset[str]] = {}
    for _kind, _name, definition in app.definitions():
        for table, columns in reads(definition).items():
            found[table] = found.get(table, frozenset()) | columns
    return dict(sorted(found.items()))


def as_toml(reads: Reads) -> str:
    """The lines of [reads], to be written into app.toml.

    >>> print(as_toml({"person": frozenset({"person_id"})}))
    [reads]
    person = ["person_id"]
    """
    lines = (f"{table} = {json.dumps(sorted(of))}" for table, of in sorted(reads.items()))
    return "\n".join(["[reads]", *lines])


def _reads_no_more(manifest: Manifest, app: App) -> Iterator[Fault]:
    for kind, name, definition in app.definitions():
        for table, columns in reads(definition).items():
            if more := sorted(columns - manifest.reads.get(table, frozenset())):
                yield Fault(N_("it reads what app.toml does not say"), f"{table}: {', '.join(more)}", f"{kind}.{name}")


def _reads_no_less(manifest: Manifest, app: App) -> Iterator[Fault]:
    """A grant for what nobody needs is a risk for nothing."""
    used = reads_of(app)
    for table, columns in manifest.reads.items():
        if idle := sorted(columns - used.get(table, frozenset())):
            yield Fault(N_("app.toml asks for what no definition reads"), f"{table}: {', '.join(idle)}", "reads")


def _publishes_what_it_says(manifest: Manifest, app: App) -> Iterator[Fault]:
    for kind, names in app.published().items():
        said = manifest.publishes.get(kind, ())
        yield from (Fault(N_("it publishes what app.toml does not say"), n, kind) for n in names if n not in said)
        yield from (Fault(N_("app.toml says what it does not publish"), n, kind) for n in said if n not in names)
        yield from (Fault(N_("two things have one name"), name, kind) for name in _twice(names))


def _has_the_pages_it_says(manifest: Manifest, app: App) -> Iterator[Fault]:
    there, said = [page.path for page in app.pages], [page.path for page in manifest.pages]
    yield from (Fault(N_("it has a page that app.toml does not say"), p, "pages") for p in there if p not in said)
    yield from (Fault(N_("app.toml says a page that it does not have"), p, "pages") for p in said if p not in there)
    for rule in app.tasks:
        if rule.page and rule.page not in there:
            yield Fault(N_("a task is done on a page that there is not"), rule.page, f"tasks.{rule.name}")
    yield from (Fault(N_("two pages have one path"), path, "pages") for path in _twice([*there]) + _twice([*said]))


def _writes_what_it_says(manifest: Manifest, app: App) -> Iterator[Fault]:
    saving = [page.path for page in app.pages if page.save is not None]
    if saving and not manifest.writes:
        yield Fault(
            N_("it keeps a form, and app.toml does not say what it writes"),
            f'answers = ["{manifest.name}:*"]',
            "writes",
        )
    if manifest.writes and not saving:
        yield Fault(N_("app.toml says that it writes, and none of its pages keeps a form"), "Page(…, save=…)", "writes")


def _rules_can_be_believed(_manifest: Manifest, app: App) -> Iterator[Fault]:
    for at, rule in [(f"cards.{one.name}", one.rule) for one in app.cards] + [
        (f"tasks.{one.name}", one.rule) for one in app.tasks
    ]:
        if not rule.source.strip():
            yield Fault(N_("a rule does not say where it comes from"), 'source="Kost 1990, JAMA 263:704, table 2"', at)
        yield from _words(rule, at)


def _words(rule: Rule, at: str) -> Iterator[Fault]:
    known = {variable.name for variable in rule.values}  # type: ignore[union-attr]
    for text in (rule.card.summary_zh, rule.card.summary_en, rule.card.detail_zh, rule.card.detail_en):
        for name in sorted(places(text) - known):
            yield Fault(N_("a card shows a value that its rule does not have"), f'values={{"{name}": …}}', at)
    for text in (rule.card.summary_zh, rule.card.summary_en):
        if not text.strip() or len(text) > LONGEST_SUMMARY:
            yield Fault(N_("a card has no summary, or one that is too long"), f"1 to {LONGEST_SUMMARY} characters", at)


def _columns_mean_something(_manifest: Manifest, app: App) -> Iterator[Fault]:
    for one in app.datasets:
        there = columns_of(one.dataset)
        for name in there:
            if not one.meaning(name, "en").strip():
                yield Fault(N_("a column has no meaning in words"), f'meanings={{"{name}": …}}', f"datasets.{one.name}")
        for name in sorted(set(one.meanings) - set(there)):
            yield Fault(N_("a meaning is given for no column"), name, f"datasets.{one.name}")


def _titles_are_in_both_languages(_manifest: Manifest, app: App) -> Iterator[Fault]:
    named = [(one.name, one.title) for part in _titled(app) for one in part]
    named += [(page.path, page.title) for page in app.pages]
    for name, title in named:
        if any(not title.get(language, "").strip() for language in LANGUAGES):
            yield Fault(N_("a title is not in both languages"), 'title={"en": "…", "zh": "…"}', name)


def _titled(app: App) -> tuple[tuple[Titled, ...], ...]:
    return app.datasets, app.tasks, app.measures, app.figures, app.signals, app.triggers


def _counts_by_what_there_is(_manifest: Manifest, app: App) -> Iterator[Fault]:
    for one in app.signals:
        for name in one.columns:
            if name not in columns_of(one.entries):
                yield Fault(N_("it counts by a column that there is not"), name, f"signals.{one.name}")


def _triggers_look_at_signals(_manifest: Manifest, app: App) -> Iterator[Fault]:
    by_name = {one.name: one for one in app.signals}
    for trigger in app.triggers:
        for part in trigger.of:
            if part.signal not in by_name:
                yield Fault(N_("it looks at a signal that there is not"), part.signal, f"signals.{trigger.name}")
            elif lacking := sorted({trigger.by, *part.where} - {*by_name[part.signal].by}):
                yield Fault(N_("it looks for a column that a signal is not by"), lacking[0], f"signals.{trigger.name}")


def _shows_what_there_is(_manifest: Manifest, app: App) -> Iterator[Fault]:
    columns = {one.name: {*columns_of(one.dataset), *ENTRY_COLUMNS} for one in app.datasets}
    drawn = [(f"pages.{page.path}", page.shows) for page in app.pages]
    drawn += [(f"figures.{one.name}", one.shows) for one in app.figures]
    for at, shows in drawn:
        for dataset, used in [of for asked in shows.values() for of in named(asked).items()]:
            if dataset not in columns:
                yield Fault(N_("it shows a dataset that it does not publish"), dataset, at)
            elif strange := sorted(used - columns[dataset]):
                yield Fault(N_("it shows a column that the dataset does not have"), strange[0], at)


def columns_of(dataset: Dataset | Cohort | Measure | Tally) -> tuple[str, ...]:
    """The columns of a dataset beside those of its entries."""
    if isinstance(dataset, Tally):
        return dataset.columns
    return tuple(one.name for one in dataset.columns) if isinstance(dataset, Dataset) else ()  # type: ignore[union-attr]


def _twice(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return sorted({name for name in names if name in seen or seen.add(name)})  # type: ignore[func-returns-value]


PROMISES: Final[tuple[Callable[[Manifest, App], Iterator[Fault]], ...]] = (
    _reads_no_more, _reads_no_less, _writes_what_it_says, _publishes_what_it_says, _has_the_pages_it_says,
    _rules_can_be_believed, _columns_mean_something, _titles_are_in_both_languages, _shows_what_there_is,
    _counts_by_what_there_is,
)  # fmt: skip
