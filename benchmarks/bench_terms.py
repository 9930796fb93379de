"""Sources' own laboratory codes matched to LOINC, held against the truth: the made-up city and a real hospital's items

Run: .venv/bin/python benchmarks/bench_terms.py [--people 300] [--wrong]
The city's three laboratories write LOINC beside their own codes; here it is taken out of what they send, so that names,
units and panels are all that is left to go by. Of the MIMIC-III demo, every second item (those that
tools/fit_terms.py does not learn from), with the units of its results and its specimen.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from measuring import measured
from medark.bootstrap import init_workspace, open_workspace
from medark.flows.terms.candidates import Proposed, proposed
from medark.model.term import TermState

LABORATORIES = ("north/lis", "south/lis", "county/emr")
_LN = re.compile(r"(\|[^|^]*\^[^|^]*\^[^|^]*)\^[^|^]*\^[^|^]*\^LN\|")
_AT_LEAST = (0.5, 0.7, 0.9, 0.95)


def main() -> None:
    about = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    about.add_argument("--people", type=int, default=300)
    about.add_argument("--keep", type=Path, help="leave the city and the workspace here, and use what is there")
    about.add_argument("--vocabulary", type=Path, help="a folder or zip of Athena, to search besides")
    about.add_argument("--wrong", action="store_true", help="list what is wrong")
    asked = about.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or Path(scratch)
        if not (folder / "ws").exists():
            connected(folder, asked.people, asked.vocabulary)
        city(folder, asked.wrong)


def connected(folder: Path, people: int, vocabulary: Path | None) -> None:
    """The city's three laboratories, as they would be if they did not know LOINC."""
    medark("synth", folder / "city", "--people", people)
    init_workspace(folder / "ws", time_zone="Asia/Shanghai")
    if vocabulary:
        medark("vocabulary", "load", folder / "ws", vocabulary)
    for source in LABORATORIES:
        sent = folder / "sent" / source
        without_loinc(folder / "city" / "raw" / source, sent)
        medark("ingest", folder / "ws", sent, "--source", source)


def city(folder: Path, wrong: bool) -> None:
    """What the codes that were met may mean, held against what they do mean."""
    truth = {
        (organisation, code): loinc
        for organisation, code, loinc in duckdb.sql(
            f"SELECT organisation, code, concept_code FROM '{folder}/city/truth/local_code/*.parquet'"
            " WHERE kind = 'test' AND vocabulary = 'LOINC'"
        ).fetchall()
    }
    with open_workspace(folder / "ws") as workspace:
        known = {one.code for one in workspace.ledger.terms.all(TermState.OPEN)}
        terms = [
            one for one in workspace.ledger.terms.all(TermState.OPEN)
            if one.kind == "measurement" and (one.source.split("/")[0], one.code) in truth
        ]  # fmt: skip
        with measured(f"{len(terms)} terms of {len(known)} met matched"):
            found = proposed(workspace, terms)
    report("the city's laboratories", found, [truth[one.source.split("/")[0], one.code] for one in terms], wrong)


def without_loinc(raw: Path, sent: Path) -> None:
    """A laboratory's files, LOINC taken out."""
    for path in (*raw.rglob("results*.hl7.gz"), *raw.rglob("Observation*"), *raw.rglob("Patient*")):
        there = sent / path.name.removesuffix(".gz")
        there.parent.mkdir(parents=True, exist_ok=True)
        data = gzip.decompress(path.read_bytes())
        if path.name.startswith("results"):
            there.write_bytes(_LN.sub(r"\1|", data.decode("latin-1")).encode("latin-1"))
        else:
            there.write_text("\n".join(map(_own_code, data.decode().split("\n"))), encoding="utf-8")


def _own_code(line: str) -> str:
    """A resource without its LOINC coding; a line that was cut short as it is."""
    try:
        resource = json.loads(line)
    except json.JSONDecodeError:
        return line
    coding = resource.get("code", {}).get("coding", [])
    coding[:] = [one for one in coding if one["system"] != "http://loinc.org"] or coding
    return json.dumps(resource, ensure_ascii=False)


def report(what: str, found: list[Proposed], meant: list[str], wrong: bool) -> None:
    """How often the first, and one of five, is right; how often, of those that are said with so much certainty."""
    near = [[candidate.concept.code for candidate in one.candidates] for one in found]
    first = [codes[:1] == [code] for codes, code in zip(near, meant, strict=True)]
    five = [code in codes for codes, code in zip(near, meant, strict=True)]
    print(f"{what}: {len(found)} codes; the first is right for {share(first)}, one of five for {share(five)}")
    for least in _AT_LEAST:
        told = zip(found, first, strict=True)
        sure = [ok for one, ok in told if one.candidates and one.candidates[0].probability >= least]
        print(f"  said with {least} or more: {len(sure) / len(found):.0%} of them, right {share(sure)}")
    for one, code, ok, listed in zip(found, meant, first, five, strict=True):
        if wrong and not ok:
            says = one.candidates[0] if one.candidates else None
            print(f"    {'' if listed else '! '}{one.term.source} {one.term.name} [{one.term.unit}] is {code}, said "
                  f"{says and (says.concept.code, says.concept.name, round(says.probability, 2))}")  # fmt: skip


def share(right: list[bool]) -> str:
    return f"{sum(right) / len(right):.1%}" if right else "-"


def medark(*words: object) -> None:
    subprocess.run([sys.executable, "-m", "medark", *map(str, words)], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
