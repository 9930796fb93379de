"""Terms and what they mean as files that other tools read: SSSOM, Usagi's CSV, OMOP's source_to_concept_map"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from medark.errors import SourceError
from medark.flows.raw import must_steward
from medark.flows.terms.candidates import Proposed
from medark.flows.workspace import Workspace
from medark.model.omop import tables
from medark.model.term import SourceTerm, TermState

_USAGI = (
    "sourceCode", "sourceName", "sourceFrequency", "sourceAutoAssignedConceptIds", "matchScore", "mappingStatus",
    "equivalence", "statusSetBy", "statusSetOn", "conceptId", "conceptName", "domainId", "mappingType", "comment",
    "ADD_INFO:source", "ADD_INFO:kind", "ADD_INFO:system",
)  # fmt: skip
_SSSOM = (
    "subject_id", "subject_label", "subject_source", "predicate_id", "object_id", "object_label",
    "mapping_justification", "confidence", "author_id", "mapping_date", "comment",
)  # fmt: skip
_OMOP = tuple(column.name for column in tables()["source_to_concept_map"].columns)
_KIND_OF_MATCH = {True: "semapv:LexicalMatching", False: "semapv:ManualMappingCuration"}


def usagi(told: Iterable[Proposed]) -> str:
    """Usagi's CSV: its columns, and three of our own (ADD_INFO) that say whose code it is."""
    return _written(_USAGI, map(_of_usagi, told), ",")


def sssom(told: Iterable[Proposed]) -> str:
    """SSSOM's TSV, with the prefixes that it uses in its head. Terms that mean nothing yet are left out."""
    head = '#curie_map:\n#  OMOP: "https://athena.ohdsi.org/search-terms/terms/"\n#mapping_set_id: "medark-terms"\n'
    return head + _written(_SSSOM, (_of_sssom(one) for one in told if one.term.concept_id), "\t")


def source_to_concept_map(told: Iterable[Proposed]) -> str:
    """OMOP's table. Terms that mean nothing yet are left out."""
    return _written(_OMOP, (_of_omop(one) for one in told if one.term.concept_id), ",")


FORMS: Mapping[str, Callable[[Iterable[Proposed]], str]] = MappingProxyType({
    "usagi": usagi, "sssom": sssom, "omop": source_to_concept_map,
})  # fmt: skip


def read(workspace: Workspace, by: str, text: str) -> list[SourceTerm]:
    """What a file in one of these forms says about terms that are known; SourceError for another file.

    Only what it decides: Usagi's lines that are not APPROVED are left out. AccessError as elsewhere.
    """
    must_steward(workspace, by, "codes read")
    lines = [line for line in text.lstrip("\ufeff").splitlines() if not line.startswith("#")]
    separator = "\t" if lines and "\t" in lines[0] else ","
    rows = list(csv.DictReader(io.StringIO("\n".join(lines)), delimiter=separator))
    known = {(one.vocabulary, one.code): one for one in workspace.ledger.terms.all()}
    return [said for row in rows if (said := _said(row, known)) is not None]


def _said(row: Mapping[str, str], known: Mapping[tuple[str, str], SourceTerm]) -> SourceTerm | None:
    if "sourceCode" in row:
        place = "|".join(row.get(f"ADD_INFO:{name}") or "" for name in ("source", "kind", "system"))
        concept = row["conceptId"] if row["mappingStatus"] == "APPROVED" else ""
        found = known.get((place, row["sourceCode"]))
    elif "subject_id" in row:
        concept = row["object_id"].removeprefix("OMOP:")
        found = known.get((row["subject_source"], row["subject_id"]))
    elif "source_vocabulary_id" in row:
        concept = row["target_concept_id"]
        found = known.get((row["source_vocabulary_id"], row["source_code"]))
    else:
        raise SourceError("this is no list of mappings", fix="medark vocabulary export WS --form usagi writes one")
    if found is None or not concept.isdecimal() or int(concept) == 0:
        return None
    return replace(found, state=TermState.MAPPED, concept_id=int(concept), probability=None)


def _of_usagi(one: Proposed) -> Iterable[object]:
    term, best = one.term, one.candidates[0] if one.candidates else None
    chosen = term.concept_id or (best.concept.concept_id if best else 0)
    name = next((each.concept.name for each in one.candidates if each.concept.concept_id == chosen), "")
    status = {TermState.OPEN: "UNCHECKED", TermState.MAPPED: "APPROVED", TermState.NONE: "IGNORED"}[term.state]
    return (
        term.code, term.name or term.code, "", chosen or "", f"{best.probability:.2f}" if best else "", status, "",
        term.decided_by, term.decided_ms or "", chosen, name, "", "MAPS_TO", "", term.source, term.kind, term.system,
    )  # fmt: skip


def _of_sssom(one: Proposed) -> Iterable[object]:
    term = one.term
    day = dt.datetime.fromtimestamp((term.decided_ms or 0) / 1000, dt.UTC).date()
    name = next((each.concept.name for each in one.candidates if each.concept.concept_id == term.concept_id), "")
    chance = "" if term.probability is None else f"{term.probability:.3f}"
    return (
        term.code, term.name, term.vocabulary, "skos:exactMatch", f"OMOP:{term.concept_id}", name,
        _KIND_OF_MATCH[term.probability is not None], chance, term.decided_by, day, "",
    )  # fmt: skip


def _of_omop(one: Proposed) -> Iterable[object]:
    term = one.term
    vocabulary = next((c.concept.vocabulary for c in one.candidates if c.concept.concept_id == term.concept_id), "")
    return (
        term.code, 0, term.vocabulary, term.name or term.code, term.concept_id, vocabulary, "1970-01-01", "2099-12-31",
        "",
    )  # fmt: skip


def _written(head: Iterable[str], rows: Iterable[Iterable[object]], separator: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()
