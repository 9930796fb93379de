"""Any table file: how it is cut, what its columns are, its rows as text, byte for byte."""

from medark.standardise.formats.tabular.blank import blanked
from medark.standardise.formats.tabular.cut import Block, cut
from medark.standardise.formats.tabular.shape import TableShape, rows, shape, shapes

__all__ = ["Block", "TableShape", "blanked", "cut", "rows", "shape", "shapes"]
