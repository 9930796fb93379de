"""A whole definition in words, as Markdown that a clinician can check line by line"""

from __future__ import annotations

from collections.abc import Sequence

from medark.define.answers.describe.entries import condition_lines, population_lines, selection_lines
from medark.define.answers.describe.markdown import bullets, headed, table
from medark.define.answers.describe.phrases import Phrases, phrases
from medark.define.answers.describe.telling import Teller
from medark.define.answers.describe.terms import concept_words, joined, length, plain_words
from medark.define.answers.triggers import TIME, Trigger, triggers
from medark.define.concepts import CodeItem, ConceptItem, ConceptSet
from medark.define.definitions import Band, Cohort, Dataset, Definition, Item, Measure, Rule, Score, Tally
from medark.define.definitions.variables import Variable
from medark.define.kinds import Kind
from medark.define.language.durations import Duration
from medark.define.nodes import InConcepts, Literal, Pick, Value
from medark.errors import DefinitionError


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
    """The lines of one description, in the order in which they stand."""

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
                entries = self._headed("entries", population_lines(self.teller, definition.population))
                return [*entries, *self._named("variables", definition.columns)]
            case Cohort():
                return selection_lines(self.teller, definition.population)
            case Score():
                return self._score(definition)
            case Rule():
                return self._rule(definition)
            case Tally():
                return self._tally(definition)
        return self._measure(definition)

    # -- definitions ----------------------------------------------------------------------------------------------

    def _score(self, score: Score) -> list[str]:
        told = self.teller.value
        rows = [(self._label(item), told(_node(item.points)), told(_node(item.condition))) for item in score.items]
        items = [*table(self.say("definition.item_header"), rows), self.say("definition.unjudged"), ""]
        bands = self._headed("bands", bullets(map(self._band, score.bands))) if score.bands else []
        return [*self._headed("items", items), *bands]

    def _band(self, band: Band) -> str:
        key = "definition.band_advice" if band.advice else "definition.band"
        least = plain_words(self.teller, band.least)
        return self.say(key, least=least, label=self._label(band), advice=band.advice)

    def _rule(self, rule: Rule) -> list[str]:
        lines = [*self._headed("when", condition_lines(self.teller, _node(rule.when))), *self._card(rule)]
        lines += self._named("variables", rule.values)
        lines += bullets([self.say("definition.task", task=rule.task)] if rule.task else [])
        if rule.cooldown is not None:
            lines += bullets([self.say("definition.cooldown", length=self._fixed(rule.cooldown))])
        return [*lines, *self._headed("triggers", bullets(self._triggers()))]

    def _card(self, rule: Rule) -> list[str]:
        summary, detail = (getattr(rule.card, f"{part}_{self.language}") for part in ("summary", "detail"))
        text = self.say("definition.card_text", summary=summary, detail=detail) if detail else summary
        indicator = self.say(f"definition.indicator.{rule.card.indicator}")
        return headed(self.say("definition.card", indicator=indicator), [text], self.words.all["definition.head"])

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
        lines = self._headed("entries", population_lines(self.teller, measure.population))
        if measure.denominator == Literal(True, Kind.TRUTH):
            lines += bullets([self.say("definition.denominator_all")])
        else:
            lines += self._headed("denominator", condition_lines(self.teller, _node(measure.denominator)))
        if measure.exclusions != Literal(False, Kind.TRUTH):
            lines += self._headed("exclusions", condition_lines(self.teller, _node(measure.exclusions)))
        lines += self._headed("numerator", condition_lines(self.teller, _node(measure.numerator)))
        lines += self._named("by", measure.by)
        if measure.intervals is not None:
            lines += bullets([self.say("definition.intervals", length=self._fixed(measure.intervals))])
        return lines

    def _tally(self, tally: Tally) -> list[str]:
        assert isinstance(tally.kinds, tuple)
        words: dict[str, list[str]] = {}
        for name, kind in tally.kinds:
            words.setdefault(kind, []).append(name)
        told = [
            self.say("definition.tally_kind", kind=kind, names=joined(self.teller, "concepts.join", names))
            for kind, names in words.items()
        ]
        rows = bullets([self.say("definition.tally_rows"), self.say("definition.tally_district")])
        return [*rows, *self._headed("tally_kinds", bullets(told))]

    # -- parts of all ---------------------------------------------------------------------------------------------

    def _headed(self, key: str, lines: Sequence[str]) -> list[str]:
        return headed(self.say(f"definition.{key}"), lines, self.words.all["definition.head"]) if lines else []

    def _named(self, head: str, variables: object) -> list[str]:
        assert isinstance(variables, tuple)
        return self._headed(head, bullets(map(self._variable, variables)))

    def _variable(self, variable: Variable) -> str:
        return self.say("definition.variable", name=variable.name, value=self.teller.value(variable.value))

    def _marks(self) -> list[str]:
        told = self.teller.marks.items()
        return self._headed("marks", bullets(self.say("definition.mark", mark=mark, text=text) for mark, text in told))

    def _sets(self) -> list[str]:
        sets = dict.fromkeys(node.concepts for node in self.definition.walk() if isinstance(node, InConcepts))
        return self._headed("sets", bullets(map(self._set, sets)))

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
        source = self.definition.source
        return ["", *notes, *(["", self.say("definition.source", source=source)] if source else [])]

    def _label(self, labelled: Item | Band) -> str:
        return str(getattr(labelled, f"label_{self.language}")) or labelled.name

    def _fixed(self, duration: Duration) -> str:
        return length(self.teller, duration.fixed(), duration.unit)


def _node(value: object) -> Value:
    """A field that takes series too, and holds their nodes once a definition is made."""
    assert isinstance(value, Value)
    return value
