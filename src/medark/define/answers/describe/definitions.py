"""A whole definition in words, as Markdown that a clinician can check line by line"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from medark.define.answers.describe.phrases import Phrases, phrases
from medark.define.answers.describe.telling import Teller
from medark.define.answers.describe.values import concept_words, joined, length, plain_words
from medark.define.answers.describe.windows import conjuncts
from medark.define.answers.triggers import TIME, Trigger, triggers
from medark.define.concepts import CodeItem, ConceptItem, ConceptSet
from medark.define.definitions import Band, Cohort, Dataset, Definition, Item, Measure, Rule, Score
from medark.define.definitions.variables import Variable
from medark.define.kinds import Kind
from medark.define.nodes import (
    Criterion,
    Every,
    Everyone,
    EveryPeriod,
    InConcepts,
    Keep,
    Literal,
    Pick,
    Population,
    Selected,
    Union,
    Value,
)
from medark.errors import DefinitionError

_MANY = 3  # so many conditions that must all hold, or any of which will do, are told as a list


def describe(definition: Definition, language: str) -> str:
    """What a definition says, in Markdown, in "zh" or "en": worked out from the definition alone, so never out of date.

    Parts that are long and used more than once are told once, under a mark such as [1]. DefinitionError for another
    language.
    """
    try:
        return _Description(definition, phrases(language), language).text()
    except RecursionError:
        raise DefinitionError(
            "its values are nested too deep to be told in words", fix="give parts of it names of their own"
        ) from None


class _Description:
    """The lines of one description. A list of lines is Markdown's: the first line, and below it what is indented."""

    def __init__(self, definition: Definition, words: Phrases, language: str) -> None:
        self.definition, self.language = definition, language
        self.teller, self.words, self.say = Teller(words, definition), words, words.say

    def text(self) -> str:
        kind = type(self.definition).__name__.lower()
        title = self.say(f"definition.{kind}", name=self.definition.name)
        told = self._told(self.definition)  # before the marks, which it makes
        lines = [f"# {title}", "", *told, *self._marks(), *self._sets(), *self._notes()]
        return "\n".join(lines).replace("） ", "）") + "\n"  # a full-width bracket brings its own space

    def _told(self, definition: Definition) -> list[str]:
        match definition:
            case Dataset():
                return [
                    *self._entries(definition.population),
                    *self._named("variables", _variables(definition.columns)),
                ]
            case Cohort():
                return self._selection(definition.population)
            case Score():
                return self._score(definition)
            case Rule():
                return self._rule(definition)
        return self._measure(definition)

    # -- definitions ----------------------------------------------------------------------------------------------

    def _score(self, score: Score) -> list[str]:
        head = [f"| {self.say('definition.item_header')} |", "|---|---:|---|"]
        rows = [
            f"| {_cell(self._label(item))} | {_cell(self.teller.value(_node(item.points)))} | "
            f"{_cell(self.teller.value(_node(item.condition)))} |"
            for item in score.items
        ]
        bands = [self._band(band) for band in score.bands]
        table = self._head("definition.items", ["", *head, *rows, "", self.say("definition.unjudged"), ""])
        return [*table, *(self._head("definition.bands", _bullets(bands)) if bands else [])]

    def _band(self, band: Band) -> str:
        key = "definition.band_advice" if band.advice else "definition.band"
        least = plain_words(self.teller, band.least)
        return self.say(key, least=least, label=self._label(band), advice=band.advice)

    def _rule(self, rule: Rule) -> list[str]:
        indicator = self.say(f"definition.indicator.{rule.card.indicator}")
        card = self.say("definition.card", indicator=indicator)
        summary, detail = (getattr(rule.card, f"{part}_{self.language}") for part in ("summary", "detail"))
        text = self.say("definition.card_text", summary=summary, detail=detail) if detail else summary
        lines = [
            *self._head("definition.when", self._condition(_node(rule.when))),
            self._line(card, [text])[0],
        ]
        lines += self._named("variables", _variables(rule.values)) if rule.values else []
        lines += [f"- {self.say('definition.task', task=rule.task)}"] if rule.task else []
        if rule.cooldown is not None:
            assert isinstance(rule.cooldown.length, int)
            wait = length(self.teller, rule.cooldown.length, rule.cooldown.unit)
            lines.append(f"- {self.say('definition.cooldown', length=wait)}")
        return [*lines, *self._head("definition.triggers", _bullets(self._triggers()))]

    def _triggers(self) -> list[str]:
        found = triggers(self.definition)
        return [
            self._trigger(one)
            for one in sorted(found, key=lambda one: (one.table, one.concepts.name if one.concepts else "", one.source))
        ]

    def _trigger(self, trigger: Trigger) -> str:
        if trigger == TIME:
            return self.say("trigger.today")
        rows = self.say(f"nouns.{trigger.table}.bare")
        if trigger.concepts is None:
            return self.say("trigger.any", rows=rows)
        key = "trigger.of_source_set" if trigger.source else "trigger.of_set"
        return self.say(key, rows=rows, set=self.say("set.named", name=trigger.concepts.name))

    def _measure(self, measure: Measure) -> list[str]:
        lines = self._entries(measure.population)
        if measure.denominator == Literal(True, Kind.TRUTH):
            lines.append(f"- {self.say('definition.denominator_all')}")
        else:
            lines += self._head("definition.denominator", self._condition(_node(measure.denominator)))
        if measure.exclusions != Literal(False, Kind.TRUTH):
            lines += self._head("definition.exclusions", self._condition(_node(measure.exclusions)))
        lines += self._head("definition.numerator", self._condition(_node(measure.numerator)))
        lines += self._named("by", _variables(measure.by)) if measure.by else []
        if measure.intervals is not None:
            period = length(self.teller, measure.intervals.fixed(), measure.intervals.unit)
            lines.append(f"- {self.say('definition.intervals', length=period)}")
        return lines

    # -- entries --------------------------------------------------------------------------------------------------

    def _entries(self, population: Population) -> list[str]:
        return self._head("definition.entries", self._population(population))

    def _population(self, population: Population) -> list[str]:
        match population:
            case Everyone(on=None):
                return [self.say("population.everyone_today")]
            case Everyone(on=day):
                return [self.say("population.everyone", day=str(day))]
            case EveryPeriod(first=first, months=months, periods=periods):
                each = length(self.teller, months, "months")
                return [self.say("population.periods", periods=str(periods), months=each, first=str(first))]
            case Every():
                return [self._every(population)]
            case Union(populations=populations):
                inner = [self._population(one) for one in populations]
                return [self.say("population.union"), *(line for one in inner for line in _bullet(one))]
            case Selected():
                return [self.say("population.selected"), *self._selection(population)]
        raise NotImplementedError(type(population).__name__)

    def _every(self, population: Every) -> str:
        rows = self.teller.rows(population.frame, "bare")
        if population.start is None and population.end is None:
            return self.say("population.every", rows=rows)
        start, end = (
            self.say(f"population.every_{name}") if day is None else self.teller.value(day)
            for name, day in (("start", population.start), ("end", population.end))
        )
        return self.say("population.every_moments", rows=rows, start=start, end=end)

    def _selection(self, selected: Selected) -> list[str]:
        entry, steps = self._population(selected.entry), [self._step(step) for step in selected.steps]
        lines = self._head("selection.entry", entry)
        lines += self._head("selection.steps", _numbered(steps)) if steps else []
        return [*lines, *_bullets([self._leaving(selected), *self._joined(selected), *self._clipped(selected)])]

    def _step(self, step: Criterion | Keep) -> list[str]:
        if isinstance(step, Keep):
            return [self.say(f"selection.keep_{step.which}")]
        first, *more = self._condition(step.condition)
        return [self.say("selection.criterion", name=step.name, condition=first), *more]

    def _leaving(self, selected: Selected) -> str:
        if selected.exit is None:
            return self.say("selection.leaves_itself")
        return self.say("selection.leaves", day=self.teller.value(selected.exit))

    def _joined(self, selected: Selected) -> list[str]:
        if selected.gap is None:
            return []
        gap = length(self.teller, selected.gap, "days")
        return [self.say("selection.gap", gap=gap) if selected.gap else self.say("selection.gap_none")]

    def _clipped(self, selected: Selected) -> list[str]:
        days = {name: str(day) for name in ("first", "last") if (day := getattr(selected, name)) is not None}
        key = {("first",): "from", ("last",): "to", ("first", "last"): "from_to"}.get(tuple(days))
        return [self.say(f"selection.{key}", **days)] if key else []

    # -- parts of all ---------------------------------------------------------------------------------------------

    def _condition(self, condition: Value) -> list[str]:
        """A condition as one line, or as a list where it is many that are joined alike."""
        for operator, key in (("and", "definition.all_of"), ("or", "definition.any_of")):
            several = list(conjuncts(condition, operator))
            if len(several) >= _MANY and not self.teller.is_marked(condition):
                return [self.say(key), *_bullets(self.teller.value(one) for one in several)]
        return [self.teller.value(condition)]

    def _named(self, head: str, variables: Iterable[Variable]) -> list[str]:
        told = [self.say("definition.variable", name=one.name, value=self.teller.value(one.value)) for one in variables]
        return self._head(f"definition.{head}", _bullets(told))

    def _marks(self) -> list[str]:
        marks = [self.say("definition.mark", mark=mark, text=text) for mark, text in self.teller.marks.items()]
        return self._head("definition.marks", _bullets(marks)) if marks else []

    def _sets(self) -> list[str]:
        sets = dict.fromkeys(node.concepts for node in self.definition.walk() if isinstance(node, InConcepts))
        return self._head("definition.sets", _bullets(self._set(one) for one in sets)) if sets else []

    def _set(self, concepts: ConceptSet) -> str:
        both: list[ConceptItem | CodeItem] = [*concepts.items, *concepts.codes]
        items = [self._item(one) for one in sorted(both, key=lambda one: one.excluded)]  # what is left out comes last
        key = "concepts.line_source" if concepts.source else "concepts.line"
        name = self.say("set.named", name=concepts.name)
        return self.say(key, name=name, items=joined(self.teller, "concepts.join", items), source=concepts.source)

    def _item(self, item: ConceptItem | CodeItem) -> str:
        if isinstance(item, ConceptItem):
            key = "_".join(name for name in ("descendants", "mapped") if getattr(item, name)) or "concept"
            told = self.say(f"concepts.{key}", concept=concept_words(self.teller, item.concept_id))
        else:
            told = self.say(
                f"concepts.{'prefix' if item.prefix else 'code'}", vocabulary=item.vocabulary, code=item.code
            )
        return self.say("concepts.excluded", item=told) if item.excluded else told

    def _notes(self) -> list[str]:
        picks = any(isinstance(node, Pick) and node.by for node in self.definition.walk())
        notes = [self.say("definition.missing"), *([self.say("definition.ties")] if picks else [])]
        source = getattr(self.definition, "source", "")
        return ["", *notes, *(["", self.say("definition.source", source=source)] if source else [])]

    def _label(self, labelled: Item | Band) -> str:
        return str(getattr(labelled, f"label_{self.language}")) or labelled.name

    def _head(self, key: str, lines: Sequence[str]) -> list[str]:
        return self._line(self.say(key), lines)

    def _line(self, head: str, lines: Sequence[str]) -> list[str]:
        """A bullet with its words in bold, and what it is about beside or below them."""
        if len(lines) == 1 and not lines[0].startswith(("-", "1.")):
            return [f"- {self.say('definition.head', head=f'**{head}**', text=lines[0])}"]
        first, rest = ("", lines) if lines[0].startswith(("-", "1.")) or not lines[0] else (lines[0], lines[1:])
        told = self.say("definition.head", head=f"**{head}**", text=first).rstrip()
        return [f"- {told}", *_indented(rest, 2)]


def _node(value: object) -> Value:
    """A field that takes series too, and holds their nodes once a definition is made."""
    assert isinstance(value, Value)
    return value


def _variables(value: object) -> tuple[Variable, ...]:
    """The same of named values, which are given by name."""
    assert isinstance(value, tuple)
    return value


def _bullets(lines: Iterable[str]) -> list[str]:
    return [f"- {line}" for line in lines]


def _bullet(lines: Sequence[str]) -> list[str]:
    return [f"- {lines[0]}", *_indented(lines[1:], 2)]


def _numbered(items: Sequence[Sequence[str]]) -> list[str]:
    return [
        line for number, (first, *more) in enumerate(items, 1) for line in (f"{number}. {first}", *_indented(more, 3))
    ]


def _indented(lines: Iterable[str], by: int) -> list[str]:
    return [" " * by + line if line else "" for line in lines]


def _cell(text: str) -> str:
    """Text inside a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ")
