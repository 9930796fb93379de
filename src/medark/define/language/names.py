"""The frames that a definition starts from, the index, and today"""

from __future__ import annotations

from medark.define.language.frames import Row, table
from medark.define.language.series import Series
from medark.define.nodes import IndexValue, Pick, Table, Today


class Index:
    """The entry that a definition is being evaluated for."""

    __slots__ = ()

    @property
    def start(self) -> Series:
        """When it starts, a time."""
        return Series(IndexValue("start"))

    @property
    def end(self) -> Series:
        """When it ends, a time."""
        return Series(IndexValue("end"))

    @property
    def start_date(self) -> Series:
        """The day it starts."""
        return self.start.date

    @property
    def end_date(self) -> Series:
        """The day it ends."""
        return self.end.date

    @property
    def visit(self) -> Series:
        """The visit it belongs to; missing where it belongs to none."""
        return Series(IndexValue("visit"))


index = Index()
today = Series(Today())
person = Row(Pick(Table("person"), ()))
death = Row(Pick(Table("death"), (table("death").start.node,)))
deaths = table("death")
observation_periods = table("observation_period")
visits = table("visit_occurrence")
visit_details = table("visit_detail")
conditions = table("condition_occurrence")
drugs = table("drug_exposure")
procedures = table("procedure_occurrence")
devices = table("device_exposure")
measurements = table("measurement")
observations = table("observation")
specimens = table("specimen")
notes = table("note")
note_terms = table("note_nlp")
images = table("image_occurrence")
costs = table("cost")
episodes = table("episode")
condition_eras = table("condition_era")
drug_eras = table("drug_era")
dose_eras = table("dose_era")
payer_plan_periods = table("payer_plan_period")
