"""A score: points for items that are met, and bands of the total"""

from __future__ import annotations

from collections.abc import Sequence

from medark.define.definitions.dataset import Dataset
from medark.define.definitions.variables import condition_of_entry, population, value_of_entry, variables
from medark.define.language.choices import when
from medark.define.language.series import Series, call, node_of, sum_of
from medark.define.nodes import Case, Value
from medark.define.nodes.node import Node, node
from medark.errors import DefinitionError


@node
class Item(Node):
    """One item: `points` where `condition` is true. Missing: it could not be judged, and counts nothing."""

    name: str
    condition: Value | Series
    points: Value | Series | int | float = 1
    label_zh: str = ""
    label_en: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "condition", condition_of_entry(self.condition, self.name))
        object.__setattr__(self, "points", value_of_entry(self.points, self.name))


@node
class Band(Node):
    """From `least` points on, up to the next band. `advice` is what the source says to do."""

    name: str
    least: float
    label_zh: str = ""
    label_en: str = ""
    advice: str = ""


@node
class Score(Node):
    """`Score("padua", [Item("cancer", cancer.exists(), 3), …], [Band("low", 0), Band("high", 4)], source="…")`.

    `total`, `band` and `unjudged` (how many items could not be judged) are series: other definitions may use them.
    """

    name: str
    items: Sequence[Item]
    bands: Sequence[Band] = ()
    source: str = ""

    def __post_init__(self) -> None:
        bands = tuple(sorted(self.bands, key=lambda band: band.least))
        object.__setattr__(self, "items", tuple(self.items))
        object.__setattr__(self, "bands", bands)
        names = [item.name for item in self.items]
        if not names or len(set(names)) < len(names):
            raise DefinitionError(f"the items of {self.name!r} need a name each", fix="Item('age_70', age >= 70, 1)")
        variables(dict.fromkeys(names, True))

    @property
    def total(self) -> Series:
        """The points of all items met."""
        return sum_of(*(when(Series(item.condition)).then(Series(item.points)).otherwise(0) for item in self.items))  # type: ignore[arg-type]

    @property
    def unjudged(self) -> Series:
        """How many items could not be judged for want of data."""
        return sum_of(*(when(Series(item.condition).is_missing()).then(1).otherwise(0) for item in self.items))  # type: ignore[arg-type]

    @property
    def band(self) -> Series:
        """The name of the band that the total lies in; missing under the lowest."""
        total = self.total
        falling = reversed(self.bands)
        return Series(Case(tuple((call("at_least", total, band.least).node, node_of(band.name)) for band in falling)))

    def on(self, entries: object) -> Dataset:
        """The score of each entry: total, band, unjudged, and each item under its name (true, false, missing)."""
        banded: dict[str, object] = {"band": self.band} if self.bands else {}
        items = {f"item_{item.name}": item.condition for item in self.items}
        columns = {"total": self.total, **banded, "unjudged": self.unjudged, **items}
        return Dataset(population(entries), columns, self.name, self.source)
