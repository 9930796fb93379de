"""Records in the order in which they are standardised"""

from __future__ import annotations

import json
import random
from pathlib import Path

from medark.flows.ingest.order import in_order
from medark.model.record import Format
from medark.store.landing import Arrival, Landing

NDJSON = ("Observation", "Encounter", "Patient", "Location", "Organization", "Condition", "Practitioner", "Medication")


def test_places_and_people_come_before_what_happened_to_them(tmp_path: Path) -> None:
    arrivals = [
        Arrival(kind, json.dumps({"resourceType": kind, "id": str(n)}).encode() + b"\n", Format.FHIR_NDJSON)
        for n, kind in enumerate(NDJSON)
    ]
    arrivals += [
        Arrival("dcm", b"1", Format.DICOM),
        Arrival("hl7", b"2", Format.HL7V2),
        Arrival("csv", b"3", Format.DELIMITED),
    ]
    random.Random(4).shuffle(arrivals)
    with Landing(tmp_path) as landing:
        records = [item.record for item in landing.put("north", 1, arrivals)]
        ordered = [record.name for record in in_order(landing, records)]
    assert [name for name in ordered if name not in NDJSON] == ["hl7", "dcm", "csv"], "formats as the model lists them"
    kinds = [name for name in ordered if name in NDJSON]
    assert kinds.index("Organization") < kinds.index("Location") < kinds.index("Patient") < kinds.index("Encounter")
    assert {"Observation", "Condition"} == set(kinds[-2:])


def test_of_equals_the_first_that_came_is_first_whatever_order_they_are_given_in(tmp_path: Path) -> None:
    with Landing(tmp_path) as landing:
        landed = landing.put("north", 1, [Arrival(f"{n}", b"MSH|%d" % n, Format.HL7V2) for n in range(20)])
        records = [item.record for item in landed]
        assert in_order(landing, random.Random(1).sample(records, 20)) == records


def test_a_large_document_is_not_opened_to_see_what_it_is(tmp_path: Path) -> None:
    bundle = b'{"resourceType":"Bundle","entry":[]' + b" " * (80 << 10) + b"}"
    with Landing(tmp_path) as landing:
        landed = landing.put(
            "north",
            1,
            [Arrival("o", b'{"resourceType":"Observation"}', Format.FHIR_JSON), Arrival("b", bundle, Format.FHIR_JSON)],
        )
        assert [r.name for r in in_order(landing, [item.record for item in landed])] == ["b", "o"]
