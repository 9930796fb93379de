"""The city's districts: their names, people, and their places on a map of tiles"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from medark.define import table_file


@dataclass(frozen=True, slots=True)
class District:
    """One district. `row`, `column`: of its tile, from the north-west."""

    code: str
    name: Mapping[str, str]  # by language
    population: int
    row: int
    column: int
    source: str


@dataclass(frozen=True, slots=True)
class Districts:
    """All of them."""

    all: tuple[District, ...]

    def __iter__(self) -> Iterator[District]:
        return iter(self.all)

    def find(self, written: object) -> District | None:
        """The district that data names by its code or by a name of it."""
        return next((one for one in self.all if str(written) in (one.code, *one.name.values())), None)

    def named(self, written: object, language: str) -> str:
        """Its name, or those of several set apart by 、; as it is written where it is none of ours, a dash for none."""
        if written in (None, ""):
            return "–"
        names = [found.name[language] if (found := self.find(one)) else one for one in str(written).split("、")]
        return ("、" if language == "zh" else ", ").join(names)


def districts() -> Districts:
    """The districts of facts/districts.csv."""
    return Districts(tuple(
        District(
            row["code"], {language: row[f"name_{language}"] for language in ("en", "zh")}, int(row["population"]),
            int(row["row"]), int(row["column"]), row["source"],
        )
        for row in table_file("facts/districts.csv")
    ))  # fmt: skip
