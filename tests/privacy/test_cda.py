"""A marker in every identifying place of a clinical document reaches identifiers and keys, and nothing else"""

from __future__ import annotations

import pytest

from medark.model.record import Chunk
from medark.model.source import Source
from medark.standardise.formats.cda import READER
from medark.standardise.formats.staged import Staged

_MARK = "CANARYFF17"
_NAME = f"<name><given>{_MARK}</given><family>{_MARK}</family></name>"
_PLACE = (
    f"<addr><streetAddressLine>{_MARK}</streetAddressLine><city>{_MARK}</city><postalCode>{_MARK}</postalCode></addr>"
    f'<telecom value="tel:{_MARK}"/>'
)
_SOMEONE = (
    f'<assignedEntity><id root="1.7" extension="9"/>{_PLACE}<assignedPerson>{_NAME}</assignedPerson></assignedEntity>'
)
_T = "2.16.840.1.113883.10.20.22.4."
_STATEMENT = f"""
<id root="1.9" extension="{_MARK}"/><performer>{_SOMEONE}</performer>
<author><time value="20240101"/><assignedAuthor><id root="1.7" extension="9"/>{_PLACE}<assignedPerson>{_NAME}
</assignedPerson>
</assignedAuthor></author><informant><relatedEntity>{_PLACE}<relatedPerson>{_NAME}</relatedPerson></relatedEntity>
</informant>
<participant typeCode="CST"><participantRole>{_PLACE}<playingEntity>{_NAME}</playingEntity></participantRole>
</participant>"""
_DOCUMENT = f"""<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><id root="1.1" extension="{_MARK}"/><title>{_MARK}</title>
<recordTarget><patientRole><id root="1.2" extension="{_MARK}"/><id root="2.16.840.1.113883.4.1" extension="{_MARK}"/>
{_PLACE}
<patient>{_NAME}<birthTime value="19600101"/><guardian>{_PLACE}<guardianPerson>{_NAME}</guardianPerson></guardian>
<birthplace><place>{_PLACE}</place></birthplace></patient></patientRole></recordTarget>
<author><time value="20240101"/><assignedAuthor><id root="1.7" extension="9"/>{_PLACE}<assignedPerson>{_NAME}
</assignedPerson>
</assignedAuthor></author><dataEnterer>{_SOMEONE}</dataEnterer><legalAuthenticator>{_SOMEONE}</legalAuthenticator>
<participant typeCode="IND"><associatedEntity>{_PLACE}<associatedPerson>{_NAME}</associatedPerson></associatedEntity>
</participant>
<componentOf><encompassingEncounter><id root="1.5" extension="{_MARK}"/><responsibleParty>{_SOMEONE}
</responsibleParty>
</encompassingEncounter></componentOf><component><structuredBody>
<component><section><code code="11450-4"/><entry><observation moodCode="EVN"><templateId root="{_T}4"/>{_STATEMENT}
<value xsi:type="CD" code="1" displayName="x"/></observation></entry></section></component>
<component><section><code code="30954-2"/><entry><organizer moodCode="EVN">{_STATEMENT}<code code="2"/>
<specimen><specimenRole><id root="1.3" extension="{_MARK}"/><specimenPlayingEntity><code code="3"/>
</specimenPlayingEntity>
</specimenRole></specimen><component><observation moodCode="EVN">{_STATEMENT}<code code="4"/>
<value xsi:type="PQ" value="1"/>
</observation></component></organizer></entry></section></component>
<component><section><code code="10160-0"/><entry><substanceAdministration moodCode="EVN">{_STATEMENT}<consumable>
<manufacturedProduct><id extension="{_MARK}"/><manufacturedMaterial><code code="5"/></manufacturedMaterial>
</manufacturedProduct>
</consumable></substanceAdministration></entry></section></component>
<component><section><code code="47519-4"/><entry><procedure moodCode="EVN">{_STATEMENT}<code code="6"/>
<participant typeCode="DEV"><participantRole><id root="2.16.840.1.113883.3.3719"
 extension="(01)00000000000017(21){_MARK}"/><playingDevice><code code="7"/></playingDevice></participantRole>
</participant>
</procedure></entry></section></component>
<component><section><code code="10157-6"/><entry><organizer moodCode="EVN"><subject><relatedSubject>
<code code="FTH"/>{_PLACE}
<subject>{_NAME}</subject></relatedSubject></subject><component><observation moodCode="EVN">{_STATEMENT}
<value xsi:type="CD" code="8"/></observation></component></organizer></entry></section></component>
<component><section><code code="46240-8"/><entry><encounter moodCode="EVN">{_STATEMENT}<code code="9"/></encounter>
</entry>
</section></component>
<component><section><code code="48768-6"/><entry><act moodCode="EVN"><templateId root="{_T}61"/>{_STATEMENT}
<participant typeCode="COV"><participantRole><id root="1.6" extension="{_MARK}"/>{_PLACE}<playingEntity>{_NAME}
</playingEntity>
</participantRole></participant></act></entry></section></component>
</structuredBody></component></ClinicalDocument>"""


def _reached(staged: Staged) -> set[tuple[str, str]]:
    return {
        (table, column)
        for table, rows in staged.rows.items()
        for row in rows
        for column, value in row._asdict().items()
        if _MARK in str(value)
    }


def test_identifying_fields_reach_identifiers_and_keys_only() -> None:
    staged = READER.stage(Chunk(1, _DOCUMENT.encode()), Source("north"))
    assert not staged.rows["unit_issue"]
    assert {table for table, rows in staged.rows.items() if rows} >= {
        "person", "visit", "event", "specimen", "coverage", "provider", "identifier",
    }  # fmt: skip
    reached = _reached(staged)
    assert ("identifier", "value") in reached
    assert {place for place in reached if place != ("identifier", "value") and not place[1].endswith("_key")} == set()
    assert {row.kind for row in staged.rows["identifier"]} == {"MR", "SS", "MB", "name", "address", "phone"}


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-30],
        lambda text: "<!DOCTYPE a>" + text,
        lambda text: text.replace('root="1.2"', 'nullFlavor="UNK"').replace(
            'root="2.16.840.1.113883.4.1"', 'nullFlavor="MSK"'
        ),
        lambda text: text.replace("recordTarget", "subject"),
        lambda text: text.replace('moodCode="EVN"', 'moodCode="INT"'),
        lambda text: text.replace("<value ", "<other "),
    ],
)
def test_no_verdict_quotes_a_value(
    damage: object, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    staged = READER.stage(Chunk(1, damage(_DOCUMENT).encode()), Source("north"))  # type: ignore[operator]
    assert staged.rows["unit_issue"]
    assert not [row for row in staged.rows["unit_issue"] if _MARK in str(row)]
    assert _MARK not in caplog.text + "".join(capfd.readouterr())
    assert _MARK not in repr(Chunk(1, _DOCUMENT.encode()))
