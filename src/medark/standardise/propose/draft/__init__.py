"""A reading of tables as a map: targets, joins and value lists, line by line, each with its chance and evidence."""

from medark.standardise.propose.draft.compose import composed
from medark.standardise.propose.draft.parts import Draft, Line, TargetDraft
from medark.standardise.propose.draft.sure import sure, without_lists
from medark.standardise.propose.draft.written import source_toml, table_toml

__all__ = ["Draft", "Line", "TargetDraft", "composed", "source_toml", "sure", "table_toml", "without_lists"]
