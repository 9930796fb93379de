"""What concepts are called in the reader's language: looked up once for each state of the vocabulary"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Final

import pyarrow as pa

from medark.flows.gate.parts import kept
from medark.flows.workspace import Workspace

_CHINESE: Final = 4182948  # OMOP's concept of the language
_REMEMBERED: Final = 200_000
_ICD: Final = "ICD10CM"
_DISEASE: Final = re.compile(r"([A-Z][0-9][0-9A-Z])(?:\.([0-9A-Z]))?")  # the category and subdivision of a code
# Of several Chinese names the first in order, so that it is the same one each time.
_SQL: Final = f"""
SELECT c.concept_id, c.concept_name, c.concept_code, s.name AS chinese
FROM asked_concept AS a
JOIN concept AS c ON c.concept_id = a.concept_id
LEFT JOIN (
  SELECT s.concept_id, min(s.concept_synonym_name) AS name
  FROM concept_synonym AS s JOIN asked_concept AS w ON w.concept_id = s.concept_id
  WHERE s.language_concept_id = {_CHINESE} GROUP BY s.concept_id
) AS s ON s.concept_id = c.concept_id
"""


@dataclass(frozen=True, slots=True)
class Named:
    """A concept's code and what it is called, by language; "" where there is no name in one."""

    code: str
    en: str
    zh: str

    def in_(self, language: str) -> str:
        """Its name in a language, else in English."""
        return (self.zh if language == "zh" else "") or self.en


UNKNOWN: Final = Named("", "", "")


class Names:
    """Names of one state of the vocabulary, for any number of threads. Says nothing of anybody."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._lock = workspace, Lock()
        self._known: dict[int, Named] = {}
        self._diseases: dict[str, int] = {}

    def of(self, concept_ids: Iterable[int]) -> Mapping[int, Named]:
        """All of some concepts, with one look-up for those that nobody asked about yet; `UNKNOWN` for none and 0."""
        wanted = set(concept_ids)
        self.learn(wanted)
        return {one: self._known.get(one, UNKNOWN) for one in wanted}

    def learn(self, concept_ids: Iterable[int]) -> None:
        """Look up at once what will be asked for in parts."""
        missing = [one for one in concept_ids if one > 0 and one not in self._known]
        if missing:
            self._learn(missing)

    def of_diseases(self, codes: Iterable[str]) -> Mapping[str, Named]:
        """What diagnoses are called whose codes no vocabulary has: as their subdivision of ICD-10, else its category.

        National versions add digits of their own behind those (I10.x00x002).
        """
        wanted = set(codes)
        if missing := wanted - self._diseases.keys():
            self._diseases.update(self._nearest(missing))
        named = self.of(self._diseases[one] for one in wanted)
        return {one: named[self._diseases[one]] for one in wanted}

    def _nearest(self, codes: Iterable[str]) -> dict[str, int]:
        """The concept of the subdivision or category of each; 0 for what is no code of a disease."""
        cut = {code: _DISEASE.match(code.strip().upper()) for code in codes}
        within = {
            code: [f"{told[1]}.{told[2]}", told[1]] if told[2] else [told[1]] for code, told in cut.items() if told
        }
        there = self._workspace.vocabulary.lookup(_ICD, sorted({one for all_ in within.values() for one in all_}))
        return {
            code: next((there[one].source_concept_id for one in within.get(code, ()) if one in there), 0)
            for code in cut
        }

    def _learn(self, missing: list[int]) -> None:
        with self._lock, self._workspace.engine.session() as session:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            self._workspace.vocabulary.bind(session, ["concept", "concept_synonym"])
            session.bind_arrow("asked_concept", pa.table({"concept_id": pa.array(missing, pa.int64())}))
            found = {
                row["concept_id"]: Named(row["concept_code"], row["concept_name"], row["chinese"] or "")
                for row in session.query(_SQL).to_pylist()
                if row["concept_id"]
            }
            said = {one: _words()[one] for one in missing if one in _words()}
            self._known.update(dict.fromkeys(missing, UNKNOWN) | found | said)


def names(workspace: Workspace) -> Names:
    """The names of the vocabulary that the workspace has now."""
    found: Names = kept(workspace, "names of concepts", workspace.vocabulary.digest, lambda: Names(workspace))
    return found


@cache
def _words() -> Mapping[int, Named]:
    """Concepts whose names in the vocabulary are not what is said of a patient (FEMALE, Inpatient Visit)."""
    text = files("medark.flows.timeline").joinpath("words.csv").read_text(encoding="utf-8")
    return {int(row["concept_id"]): Named("", row["en"], row["zh"]) for row in csv.DictReader(text.splitlines())}
