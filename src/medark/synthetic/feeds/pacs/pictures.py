"""A picture archive: DICOM files in folders by year, named by accession number"""

from __future__ import annotations

from collections.abc import Mapping
from string import Template
from typing import Any

from medark.synthetic.feeds.desk import Desk
from medark.synthetic.feeds.tabular import wording
from medark.synthetic.reports.dicom import Study, image


def write_pictures(desk: Desk, organisation: str, characters: str) -> None:
    """The files of the first studies of the city's first part."""
    if desk.part.number > 1:
        return
    query = Template(wording("pacs", "pictures")).substitute(pictures=desk.city.settings.pictures)
    for row in desk.query(query).to_pylist():
        study = _study(row, characters, desk.city.settings.seed)
        for number in range(1, row["pictures"] + 1):
            uid, content = image(study, number)
            name = f"dicom/{row['performed']:%Y}/{row['accession_no']}-{number}.dcm"
            desk.file(name, content, [(row["modality"], uid, row["person"])])


def _study(row: Mapping[str, Any], characters: str, seed: int) -> Study:
    family = row["family_zh"] if (row["name"] or "").startswith(row["family_zh"]) else (row["name"] or "")[:1]
    return Study(
        key=f"{seed}/{row['study']}", characters=characters, patient_no=row["patient_no"],
        name=f"{row['family_en']}^{row['given_en']}={family}^{(row['name'] or '')[len(family):]}",
        sex=row["sex"] or "O", birth=row["birth"], accession_no=row["accession_no"], visit=row["visit"],
        performed=row["performed"], modality=row["modality"], body_part=row["body_part"], dicom_part=row["dicom_part"],
        sop_class=row["sop_class"], description=row["study_name"], radiologist=row["radiologist_name"] or "",
        findings=tuple(found for found in row["findings"] if found["present"]),
    )  # fmt: skip
