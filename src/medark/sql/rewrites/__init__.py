"""What one construct of portable SQL is called on each engine, where sqlglot alone would change its meaning"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlglot import exp

from medark.sql.rewrites import aggregates, guards, keys, letters, numbers, structs, text, times

# A rewrite takes a node and gives what stands in its place (or the node itself).
Rewrite = Callable[[exp.Expr, str], exp.Expr]

BY_NAME: Mapping[str, Rewrite] = MappingProxyType({**keys.FUNCTIONS, **numbers.FUNCTIONS, **times.FUNCTIONS})
BY_TYPE: Mapping[type[exp.Expr], Rewrite] = MappingProxyType(
    {**aggregates.NODES, **guards.NODES, **letters.NODES, **numbers.NODES, **structs.NODES, **text.NODES, **times.NODES}
)
