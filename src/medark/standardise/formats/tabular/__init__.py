"""Any table file: how it is cut, what its columns are, its rows as text, byte for byte."""

from medark.standardise.formats.tabular.blank import blanked, blanked_into
from medark.standardise.formats.tabular.json_objects import Reject
from medark.standardise.formats.tabular.pieces import Block, cut
from medark.standardise.formats.tabular.table_shape import TableShape, rows, shape, shapes

__all__ = ["Block", "Reject", "TableShape", "blanked", "blanked_into", "cut", "rows", "shape", "shapes"]
