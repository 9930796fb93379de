"""A tally: what places counted and is nobody's, by kind"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.define.kinds import Kind
from medark.define.nodes import CodeOf, Literal
from medark.define.nodes.node import Node, node
from medark.errors import DefinitionError

OF_PLACES: Final = ("item", "quantity", "unit", "place", "district")
READS: Final[Mapping[str, tuple[str, ...]]] = {
    "event_count": (
        "event_count_id", "event_count_start_date", "event_count_end_date", "event_count_source_value", "quantity",
        "unit_source_value", "care_site_id", "location_id",
    ),
    "care_site": ("care_site_id", "care_site_name", "care_site_source_value", "location_id"),
    "location": ("location_id", "county"),
}  # fmt: skip


@node
class Tally(Node):
    """`Tally({"布洛芬": "antipyretic"}, by="drug_class")`: a row for each row of event_count whose item is of a kind.

    `kinds`: names that stand in what the source calls an item, each with its kind, as of `Series.code_of`; the column
    `by` holds it. Beside it: item, quantity, unit, place (who counted) and district (the county of the count's own
    location, else of its place's). Its entries have days, no persons.
    """

    kinds: tuple[tuple[str, str], ...] | Mapping[str, str]
    by: str = "kind"
    name: str = "tally"
    source: str = ""

    def __post_init__(self) -> None:
        kinds = self.kinds.items() if isinstance(self.kinds, Mapping) else self.kinds
        object.__setattr__(self, "kinds", tuple(sorted(kinds)))
        if not self.by.isidentifier() or self.by in OF_PLACES or self.names.kind is not Kind.TEXT:
            raise DefinitionError(f"a tally can't be by {self.by!r}", fix='Tally({"word": "kind"}, by="kind")')

    @property
    def names(self) -> CodeOf:
        """The kind of an item's name. DefinitionError for names that are empty, or there twice."""
        assert isinstance(self.kinds, tuple)
        return CodeOf(Literal("", Kind.TEXT), self.kinds)

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns, beside number, first and last day of each row."""
        return (self.by, *OF_PLACES)
