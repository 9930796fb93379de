"""The channels of a made-up city as its systems would send them, each row with the event that caused it"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from early_warning_lake import sales, tills
from medark.define import Dataset, Tally, everyone
from medark.model.signal import Every

FACTS = Path(__file__).parents[1] / "src" / "medark" / "apps" / "early_warning" / "facts"
NOTHING = Dataset(everyone(), {}, name="nothing")
RESPIRATORY = frozenset({
    "influenza_like", "lower_respiratory", "covid_like", "antipyretic", "cough_cold", "antiviral", "fever",
    "breathless", "novel_respiratory",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Channel:
    """Rows with entry_start, person_id (of a tally: quantity), the columns of `by`, and event.

    `signal`: the application's that counts it.
    """

    name: str
    signal: str
    by: tuple[str, ...]
    rows: pa.Table = field(repr=False)
    share_of: str = ""
    every: Every = Every.DAY
    entries: Dataset | Tally = NOTHING

    def is_respiratory(self, group: Mapping[str, str | None]) -> bool:
        """Does a series count signs of a respiratory infection?"""
        of = [value for name, value in group.items() if name not in ("district", "school")]
        return all(value in RESPIRATORY for value in of) and (bool(of) or len(self.by) == 1)


def channels(truth: Path) -> Iterator[Channel]:
    """All of them."""
    city = City(truth)
    yield Channel("visits", "syndromes", ("syndrome", "district"), city.visits())
    yield Channel("fevers", "fevers", ("district",), city.fevers())
    yield Channel("medicines", "medicines", ("drug_class", "district"), city.medicines())
    yield Channel("tills", "sales", ("drug_class", "district"), tills(truth.parent), entries=sales())
    yield Channel("calls", "calls", ("complaint", "district"), city.calls())
    yield Channel("cards", "cards", ("disease", "district"), city.cards())
    yield Channel("absences", "absences", ("district",), city.absences())
    yield Channel("schools", "schools", ("school",), city.absences())
    yield Channel("tests", "positivity", ("target", "district"), city.tests(), "is_positive")


def outbreaks(truth: Path) -> dict[str, dt.date]:
    """The outbreak, and each small cluster, by the day on which its first case fell ill."""
    cases = read(truth, "infection").sort_by("onset")
    found: dict[str, dt.date] = {}
    last: dict[str, tuple[dt.date, str]] = {}
    for event, onset, district in zip(
        *(cases[name].to_pylist() for name in ("event", "onset", "district")), strict=True
    ):
        if event in ("food_cluster", "hfmd_cluster"):
            day = onset.date()
            if event not in last or (day - last[event][0]).days > 14:
                found[f"{event} {day}"] = day
            last[event] = day, district
        elif event == "outbreak":
            found.setdefault("outbreak", onset.date())
    return found


def places() -> dict[str, tuple[float, float]]:
    """Longitude and latitude of each district by its key: its English name in small letters."""
    rows = csv.DictReader((FACTS / "districts.csv").read_text(encoding="utf-8").splitlines())
    return {
        row["name_en"].lower().replace("'", ""): (float(row["lon"]), float(row["lat"])) for row in rows
    }  # fmt: skip


def read(truth: Path, name: str, columns: list[str] | None = None) -> pa.Table:
    """A table of the truth."""
    return ds.dataset(truth / name).to_table(columns=columns)


class City:
    """What happened, in the columns that are counted."""

    def __init__(self, truth: Path) -> None:
        self._truth = truth
        people = read(truth, "person", ["person", "district"])
        self._district = dict(zip(people["person"].to_pylist(), people["district"].to_pylist(), strict=True))
        found = read(truth, "encounter", ["encounter", "kind", "start", "event", "cancelled"])
        self._encounters = found.filter(pc.invert(pc.fill_null(found["cancelled"], False)))

    def visits(self) -> pa.Table:
        codes = self._facts("diseases", "icd10_cn")
        told = {key: syndrome for key, code in codes.items() if (syndrome := _syndrome(code))}
        rows = read(self._truth, "diagnosis", ["encounter", "person", "disease"])
        rows = rows.filter(pc.is_in(rows["disease"], pa.array([*told]))).join(
            self._encounters, "encounter", join_type="inner"
        )
        return self._rows(rows, "start", syndrome=[told[one] for one in rows["disease"].to_pylist()])

    def fevers(self) -> pa.Table:
        rows = read(self._truth, "observation", ["encounter", "person", "kind", "value"])
        hot = pc.and_(pc.equal(rows["kind"], "temp"), pc.greater_equal(rows["value"], 38.0))
        seen = self._encounters.filter(pc.is_in(self._encounters["kind"], pa.array(["outpatient", "emergency"])))
        rows = rows.filter(hot).select(["encounter", "person"]).join(seen, "encounter", join_type="inner")
        return self._rows(rows, "start")

    def medicines(self) -> pa.Table:
        names = self._facts("drugs", "name_zh")
        told = {key: kind for key, name in names.items() if (kind := _class_of(name))}
        rows = read(self._truth, "prescription", ["encounter", "person", "drug"])
        rows = rows.filter(pc.is_in(rows["drug"], pa.array([*told]))).join(
            self._encounters, "encounter", join_type="inner"
        )
        return self._rows(rows, "start", drug_class=[told[one] for one in rows["drug"].to_pylist()])

    def calls(self) -> pa.Table:
        rows = read(self._truth, "ems_call", ["person", "called", "complaint", "event", "district"])
        told = rows["district"].to_pylist()
        return self._rows(rows, "called", complaint=rows["complaint"].to_pylist(), district=told)

    def cards(self) -> pa.Table:
        """By the day on which they came in: what the centre knows each morning."""
        rows = read(self._truth, "report_card", ["person", "reported", "disease", "event"])
        return self._rows(rows, "reported", disease=rows["disease"].to_pylist())

    def absences(self) -> pa.Table:
        """Pupils absent for illness; caused by what they fell ill with in the five days before, if by anything."""
        rows = read(self._truth, "record", ["kind", "record_id", "person"])
        rows = rows.filter(pc.equal(rows["kind"].cast(pa.string()), "absence"))
        days = [dt.datetime.strptime(told[2:10], "%Y%m%d") for told in rows["record_id"].to_pylist()]
        ill = read(self._truth, "infection", ["person", "onset", "event"])
        by_person: dict[int, list[tuple[dt.datetime, str]]] = {}
        for person, onset, event in zip(*(ill[name].to_pylist() for name in ("person", "onset", "event")), strict=True):
            by_person.setdefault(person, []).append((onset, event))
        people = rows["person"].to_pylist()
        events = [_event_of(by_person.get(person, []), day) for person, day in zip(people, days, strict=True)]
        found = pa.table({"person": people, "day": days, "event": pa.array(events, pa.string())})
        schools = read(self._truth, "person", ["person", "school"])
        told = dict(zip(schools["person"].to_pylist(), schools["school"].to_pylist(), strict=True))
        return self._rows(found, "day", school=[told.get(person) for person in people])

    def tests(self) -> pa.Table:
        rows = read(self._truth, "nucleic_test", ["person", "reported", "target", "result", "event"])
        rows = rows.filter(pc.is_in(rows["result"], pa.array(["positive", "negative"])))
        positive = pc.equal(rows["result"], "positive").to_pylist()
        return self._rows(rows, "reported", target=rows["target"].to_pylist(), is_positive=positive)

    def _facts(self, name: str, column: str) -> dict[str, str]:
        rows = pq.read_table(self._truth / "facts" / f"{name}.parquet", columns=["key", column])
        return dict(zip(rows["key"].to_pylist(), rows[column].to_pylist(), strict=True))

    def _rows(self, rows: pa.Table, when: str, **columns: list[object]) -> pa.Table:
        people = rows["person"].to_pylist()
        columns = {"district": [self._district.get(one) for one in people], **columns}
        own = {
            "entry_start": rows[when].cast(pa.timestamp("us")),
            "person_id": pa.array(people, pa.int64()),
            "event": rows["event"].cast(pa.string()),
        }
        return pa.table({**own, **{name: pa.array(values) for name, values in columns.items()}})


def _event_of(ill: list[tuple[dt.datetime, str]], day: dt.datetime) -> str | None:
    near = [event for onset, event in ill if dt.timedelta(0) <= day - onset.replace(hour=0) <= dt.timedelta(days=5)]
    return near[-1] if near else None


def _syndrome(code: str | None) -> str | None:
    bare = (code or "").replace(".", "")
    rows = csv.DictReader((FACTS / "syndromes.csv").read_text(encoding="utf-8").splitlines())
    fits = [
        (len(one), row["syndrome"])
        for row in rows
        for one in row["codes"].replace(".", "").split(";")
        if bare.startswith(one)
    ]
    return max(fits)[1] if fits else None


def _class_of(name: str) -> str | None:
    rows = csv.DictReader((FACTS / "medicines.csv").read_text(encoding="utf-8").splitlines())
    return next((row["drug_class"] for row in rows for word in row["words"].split(";") if word in name), None)
