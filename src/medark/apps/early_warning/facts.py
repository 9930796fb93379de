"""The facts of early warning, as facts/ says them: syndromes, diseases, medicines, complaints, tests, places"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medark.define import attached

Texts = Mapping[str, str]  # by language


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of what is counted. `written`: codes or words by which data tells it."""

    key: str
    label: Texts
    written: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Disease(Kind):
    """A notifiable disease. A diagnosis within `again_days` of one before is the same illness (ours)."""

    legal_class: str  # A, B or C
    managed_as: str
    limit_hours: int
    again_days: int

    @property
    def is_urgent(self) -> bool:
        """Is one case a signal, to be reported within two hours?"""
        return self.limit_hours <= 2


def syndromes() -> tuple[Kind, ...]:
    """Syndromes by their ICD-10 codes; a longer code goes before a shorter one."""
    return tuple(_kind(row, "syndrome", _bare(row["codes"])) for row in _rows("syndromes"))


def diseases() -> tuple[Disease, ...]:
    """The notifiable diseases, with class and limit of reporting."""
    return tuple(
        Disease(
            row["disease"], _label(row), _bare(row["codes"]), row["source"], row["legal_class"], row["managed_as"],
            int(row["limit_hours"]), int(row["again_days"]),
        )
        for row in _rows("diseases")
    )  # fmt: skip


def medicines() -> tuple[Kind, ...]:
    """Classes of medicines by words of their names."""
    return tuple(_kind(row, "drug_class", tuple(row["words"].split(";"))) for row in _rows("medicines"))


def complaints() -> tuple[Kind, ...]:
    """What callers to 120 complain of, by the codes of the centre."""
    return tuple(_kind(row, "complaint", (row["complaint"],)) for row in _rows("complaints"))


def symptoms() -> tuple[Kind, ...]:
    """Why pupils stay at home, by the keys of `absence:<symptom>`."""
    return tuple(_kind(row, "symptom", (row["symptom"],)) for row in _rows("symptoms"))


def targets() -> tuple[Kind, ...]:
    """What nucleic-acid tests look for, by their names and LOINC codes."""
    return tuple(_kind(row, "target", tuple(row["written"].split(";"))) for row in _rows("targets"))


def places() -> dict[str, tuple[float, float]]:
    """Longitude and latitude of each district, by its Chinese name, its English one and its code."""
    found = {}
    for row in _rows("districts"):
        for name in ("name_zh", "name_en", "code"):
            found[row[name]] = (float(row["lon"]), float(row["lat"]))
    return found


def words() -> dict[str, dict[str, Texts]]:
    """What the values of each column of the datasets are called."""
    kinds = {
        "syndrome": syndromes(), "disease": diseases(), "drug_class": medicines(), "complaint": complaints(),
        "target": targets(), "symptom": symptoms(),
    }  # fmt: skip
    return {column: {one.key: one.label for one in of} for column, of in kinds.items()}


def written(kinds: tuple[Kind, ...] | tuple[Disease, ...]) -> dict[str, str]:
    """Each code or word with the key of what it tells."""
    return {word: kind.key for kind in kinds for word in kind.written}


def _kind(row: Mapping[str, str], key: str, told: tuple[str, ...]) -> Kind:
    return Kind(row[key], _label(row), told, row["source"])


def _bare(codes: str) -> tuple[str, ...]:
    """Codes without their dots, for systems write them with and without."""
    return tuple(codes.replace(".", "").split(";"))


def _label(row: Mapping[str, str]) -> Texts:
    return {language: row[f"name_{language}"] for language in ("en", "zh")}


def _rows(name: str) -> list[dict[str, str]]:
    return attached.table_file(f"facts/{name}.csv")
