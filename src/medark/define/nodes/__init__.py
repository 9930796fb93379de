"""What a definition is made of: frozen nodes that only allow what means something"""

from medark.define.nodes.frames import Eras, Filter, Frame, Pair, Pick, Root, Table
from medark.define.nodes.node import Node
from medark.define.nodes.populations import (
    Criterion,
    Every,
    Everyone,
    EveryPeriod,
    Keep,
    Population,
    Selected,
    Union,
    asked_of_index,
)
from medark.define.nodes.stored import stored
from medark.define.nodes.values import (
    Aggregate,
    AnyUnit,
    AtEach,
    Call,
    Case,
    CodeOf,
    Column,
    InConcepts,
    IndexValue,
    InUnit,
    IsIn,
    Literal,
    Missing,
    PickedColumn,
    Plain,
    Today,
    Value,
    literal,
)

__all__ = [
    "Aggregate", "AnyUnit", "AtEach", "Call", "Case", "CodeOf", "Column", "Criterion", "Eras", "Every", "EveryPeriod",
    "Everyone", "Filter", "Frame", "InConcepts", "InUnit", "IndexValue", "IsIn", "Keep", "Literal", "Missing", "Node",
    "Pair", "Pick", "PickedColumn", "Plain", "Population", "Root", "Selected", "Table", "Today", "Union", "Value",
    "asked_of_index", "literal", "stored",
]  # fmt: skip
