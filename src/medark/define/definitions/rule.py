"""A rule: when it is true, a card is shown and a task may be opened"""

from __future__ import annotations

from collections.abc import Mapping

from medark.define.definitions.dataset import Dataset
from medark.define.definitions.variables import Variable, condition_of_entry, population, variables
from medark.define.language.durations import Duration
from medark.define.language.series import Series
from medark.define.nodes import Value
from medark.define.nodes.node import Node, node
from medark.errors import DefinitionError

INDICATORS = ("info", "warning", "critical")  # CDS Hooks 2.0, card.indicator


@node
class Card(Node):
    """Advice in two languages. `{name}` in a text is the rule's value of that name."""

    summary_zh: str
    summary_en: str
    indicator: str = "warning"
    detail_zh: str = ""
    detail_en: str = ""

    def __post_init__(self) -> None:
        if self.indicator not in INDICATORS:
            raise DefinitionError(f"a card's indicator is {self.indicator!r}", fix=", ".join(INDICATORS))


@node
class Rule(Node):
    """`Rule("critical_potassium", when=last > 6.0, card=Card(…), values={"k": last}, source="…")`.

    What makes it be judged again is derived (`triggers`), never listed. `task`: the kind of task it opens; '' for none.
    Within `cooldown` of firing it does not fire again for the same entry.
    """

    name: str
    when: Value | Series
    card: Card
    values: tuple[Variable, ...] | Mapping[str, object] = ()
    task: str = ""
    cooldown: Duration | None = None
    source: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "when", condition_of_entry(self.when, self.name))
        if isinstance(self.values, Mapping):
            object.__setattr__(self, "values", variables(self.values))

    def on(self, entries: object) -> Dataset:
        """Whether it fires for each entry (`fires`: true, false, missing), and the values of its card."""
        assert isinstance(self.values, tuple)
        columns = {"fires": self.when, **{variable.name: variable.value for variable in self.values}}
        return Dataset(population(entries), columns, self.name, self.source)
