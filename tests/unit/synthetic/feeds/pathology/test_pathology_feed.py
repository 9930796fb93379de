"""Pathology reports: XML at one hospital, CSV at the other; every specimen once, its text unharmed."""

from __future__ import annotations

import csv
import io

import pytest
from lxml import etree

from medark.synthetic.feeds import pathology


@pytest.fixture(scope="module")
def exported(export):
    return export(pathology)


def test_north_writes_xml(exported):
    specimens = exported.rows("pathology", "north")
    ((name, content),) = exported.files("north/pathology").items()
    reports = etree.fromstring(content).findall("报告")
    assert [report.get("病理号") for report in reports] == exported.ids(name)
    assert sorted(report.findtext("正文") for report in reports) == sorted(s["report"] for s in specimens)


def test_south_writes_csv(exported):
    specimens = exported.rows("pathology", "south")
    ((name, content),) = exported.files("south/pathology").items()
    reports = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert [report["report_no"] for report in reports] == exported.ids(name)
    assert sorted(report["report_text"] for report in reports) == sorted(s["report"] for s in specimens)
    assert all(report["patient_no"] and report["visit_no"] for report in reports)
