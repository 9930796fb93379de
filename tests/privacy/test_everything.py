"""A canary in every identifying field of every format, through the real commands: only landing and crosswalk know it"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import hospital
from faults.real_cli import OTHERS, new_workspace, run, start
from medark.bootstrap import open_workspace

CANARY = hospital.CANARY
KNOWING = ("landing", "crosswalk.db")  # what may know who somebody is
REPEATED = 12  # rows a patient, in a table that waits for a map: enough for a value to count as frequent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Good files, and bad ones of each format, all of them full of canaries; so are their names."""
    root = tmp_path_factory.mktemp("canary") / "in"
    hospital.write(root)
    for name, content in bad_files(hospital.PATIENTS[0]).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def bad_files(p: hospital.Patient) -> dict[str, bytes]:
    """What is refused, quarantined or waits: it must be told of without a value or a name."""
    admission, report, *_ = hospital.messages(p, "B")
    bundle = json.dumps(hospital.bundle(p))
    said = f"{p.given} {p.family}"
    frequent = "".join(f"{q.ssn},{q.given} {q.family},called\n" for q in hospital.PATIENTS for _ in range(REPEATED))
    return {
        f"bad/{p.key}-1.hl7": admission.replace(b"19610412", f"{p.birth}1961".encode()),
        f"bad/{p.key}-2.hl7": report.replace(b"NM|718-7", f"{p.type}|{p.code}".encode()),
        f"bad/{p.key}-3.hl7": f"MSH|^~\\&|{said}|||||||{p.kind}^{p.kind}|1|P|2.5\rPID|1\r{p.ssn}\r".encode(),
        f"bad/{p.key}-1.json": bundle[: len(bundle) * 2 // 3].encode(),
        f"bad/{p.key}-2.json": bundle.replace('"female"', f'["{p.gender}"]').encode(),
        f"bad/{p.key}.ndjson": f'{{"resourceType":"{p.type}","id":"{p.key}"}}\n{{"id":{p.key}\n'.encode(),
        f"bad/{p.key}.xml": hospital.document(p).replace(b"</component>", f"<{p.element}>".encode(), 1),
        f"bad/{p.key}-2.xml": hospital.document(p).replace(b'root="1.2.3.4"', b'nullFlavor="UNK"'),
        f"bad/{p.key}.jsonl": f'{{"who":"{said}","n":1}}\n{{"who":"{said}\n["{said}"]\n'.encode(),
        f"bad/{p.key}-list.xml": f'<L><R who="{said}"><n>{said}</n></R><R><n>{said}</m></R></L>'.encode(),
        f"bad/{p.key}.sql": f"COPY t (a, b) FROM stdin;\n{said}\t1\t{p.more}\n{said}\n\\.\n".encode(),
        f"bad/{p.key}.dcm": hospital.picture(p)[:-40],
        f"bad/{p.key}.txt": f"name: {said}\n\n{said} feels well.\n".encode(),
        f"bad/{p.key}.csv": f"who,day,n\n{said},2026,1\n{said},2026,1,{p.more}\n{said},2026,2\n".encode(),
        f"bad/{p.key}-frequent.csv": f"card,who,remark\n{frequent}".encode(),
        f"bad/{p.key}.parquet": b"PAR1" + said.encode() * 20 + b"PAR1",
        f"bad/{p.key}.zip": hospital.packed({f"{p.family}.hl7": admission})[:-30],
        f"bad/{p.key}.bin": bytes(range(256)) + said.encode(),
        f"bad/{p.key}-encounters.csv": (
            f"Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,ENCOUNTERCLASS,CODE,DESCRIPTION\n"
            f"{p.visit},{p.start},{p.stop},{p.key},,,ambulatory,1,Visit\n,2026-01-01,,{p.key},,,ambulatory,1,Visit\n"
        ).encode(),
    }


@pytest.fixture(scope="module")
def told(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A workspace that took the folder in, and everything that every command said and wrote of it."""
    root = tmp_path_factory.mktemp("told")
    path, page = new_workspace(root / "ws"), root / "map.html"
    commands: list[list[str]] = [["ingest", str(path), str(folder), "--source", hospital.SOURCE]]
    for more in ([], ["--json"]):
        commands += [["map", str(path), "--html", str(page), *more]]
        commands += [["map", str(path), "--table", "note", *more]]
        commands += [["account", str(path), *batch, *more] for batch in ([], ["--batch", "1"])]
        commands += [
            ["quarantine", "show", str(path), str(number), *more] for number in range(1, 40, 1 + 2 * len(more))
        ]
        commands += [["quarantine", "list", str(path), *more], ["lake", "history", str(path), *more]]
        commands += [["source", "list", str(path), *more], ["config", "show", str(path), *more]]
    for name in ("retry", "list"):
        commands.append(["quarantine", name, str(path)])
    commands += [["rebuild", str(path)], [*commands[0], "--json"]]
    said = said_by(commands)
    return path, {**said, "the page": page.read_text(encoding="utf-8")}


# Each command as the real command line runs it, one after the other: Python begins once.
_RUNNER = """
import json, os, sys
from medark.cli.shell import run
if __name__ == "__main__":
    for arguments in json.loads(sys.argv[1]):
        print("\\0" + " ".join(arguments), flush=True)
        code = run(arguments, os.environ)
        print(f"ended with {code}", flush=True)
"""


def said_by(commands: list[list[str]]) -> dict[str, str]:
    """What commands printed on standard output and standard error, with MEDARK_DEBUG=1."""
    environ = {**OTHERS, "MEDARK_DEBUG": "1", "COLUMNS": "4000"}
    command = [sys.executable, "-c", _RUNNER, json.dumps(commands)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environ, check=True)
    said = dict(part.split("\n", 1) for part in done.stdout.split("\0")[1:])
    assert [key for key, text in said.items() if "ended with 0" not in text] == []
    return said


def test_the_folder_was_read_and_every_bad_file_has_its_word(told: tuple[Path, dict[str, str]], folder: Path) -> None:
    """Else nothing below would mean anything."""
    path, said = told
    assert not [key for key, text in said.items() if "this is a bug" in text]
    with open_workspace(path, {}) as workspace:
        bad = {r.record_no for r in workspace.landing.records() if "bad/" in r.name}
        assert len(bad) >= len(bad_files(hospital.PATIENTS[0])) - 1, "an archive that is cut short is refused"
        ends = workspace.ledger.records.ends()
        assert not [n for n in bad if ends[n][1].units == ends[n][1].loaded]
        assert workspace.lake.snapshot().rows("person") >= len(hospital.PATIENTS)
        assert workspace.crosswalk.find(hospital.PATIENTS[0].ssn)


def test_no_command_says_it(told: tuple[Path, dict[str, str]]) -> None:
    """Names of raw records are names of people, too. A refused file is the exception: nothing else can point at it."""
    _, said = told
    assert leaks(said) == {}


def leaks(said: dict[str, str]) -> dict[str, list[str]]:
    found = {}
    for command, text in said.items():
        text = text.replace(refused_name(), "")
        if CANARY in text:
            found[command] = [text[max(0, m.start() - 60) : m.end() + 60] for m in re.finditer(CANARY, text)][:3]
    return found


def refused_name() -> str:
    return f"bad/{hospital.PATIENTS[0].key}.zip"


def test_no_table_log_page_or_ledger_holds_it(told: tuple[Path, dict[str, str]]) -> None:
    path, _ = told
    files = [f for f in path.rglob("*") if f.is_file() and f.relative_to(path).parts[0] not in KNOWING]
    files = [f for f in files if not f.name.startswith("crosswalk.db")]
    assert any(f.suffix == ".parquet" for f in files) and any(f.name == "ledger.db" for f in files)
    tables = [f for f in files if f.suffix == ".parquet"]
    refused = refused_name().encode()
    assert [f for f in files if CANARY.encode() in plain_bytes(f).replace(refused, b"")] == []
    assert [f for f in tables if CANARY in text_of(pq.read_table(f))] == [], "parquet is compressed: read back as text"


def plain_bytes(file: Path) -> bytes:
    """A file as it lies there; of Parquet its footer, where bounds of columns stand: in megabytes of compressed pages,
    three letters stand by chance."""
    content = file.read_bytes()
    if file.suffix != ".parquet":
        return content
    return content[-8 - int.from_bytes(content[-8:-4], "little") :]


def text_of(table: pa.Table) -> str:
    return "\n".join(str(value) for column in table.columns for value in column.to_pylist() if value is not None)


def test_landing_and_crosswalk_are_for_their_owner_alone(told: tuple[Path, dict[str, str]]) -> None:
    path, _ = told
    for file in (path / "crosswalk.db", path / "keys" / "salt", path / "landing", path / "scratch"):
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_notes_hold_what_they_say_of_themselves_only(tmp_path: Path) -> None:
    """A note is data: a name in its text is in note_text, and in no other column or table."""
    p = hospital.PATIENTS[1]
    (tmp_path / "in").mkdir()
    text = "sex: F\nbirth_date: 1961-04-12\n" + hospital.note(p).decode() + f"{p.given} {p.family} was seen.\n"
    (tmp_path / "in" / "a.txt").write_text(text)
    path = new_workspace(tmp_path / "ws")
    run("ingest", path, tmp_path / "in", "--source", hospital.SOURCE)
    holding = {}
    for file in path.glob("lake/*/**/*.parquet"):
        table = pq.read_table(file)
        for name in table.column_names:
            if CANARY in text_of(table.select([name])):
                holding[file.relative_to(path / "lake").parts[0], name] = True
    assert holding.keys() == {("note", "note_text")}


@pytest.mark.parametrize(
    "arguments",
    [
        ["query", "WS", f"SELECT * FROM {CANARY}"],
        ["query", "WS", f"SELECT '{CANARY}' + 1 FROM person"],
        ["query", "WS", f"SELECT {CANARY} FROM person"],
        ["query", "WS", f"SELEC {CANARY}"],
        ["query", "WS", f"SELECT CAST('{CANARY}' AS INTEGER)"],
        ["erase", "WS", CANARY, "--yes"],
        ["raw", "get", "WS", CANARY],
        ["quarantine", "show", "WS", CANARY],
    ],
    ids=lambda arguments: " ".join(arguments[:1] + arguments[2:]),
)
def test_an_error_does_not_repeat_what_it_was_given(told: tuple[Path, dict[str, str]], arguments: list[str]) -> None:
    path, _ = told
    process = start(*[str(path) if a == "WS" else a for a in arguments], as_json=False, MEDARK_DEBUG="1")
    out, err = process.communicate(timeout=60)
    assert process.returncode in (2, 4), err
    assert CANARY not in out + err


@pytest.mark.parametrize(
    ("file", "arguments"),
    [
        ("ledger.db", ["account", "WS"]),
        ("crosswalk.db", ["erase", "WS", CANARY, "--yes"]),
        ("landing/journal.db", ["rebuild", "WS"]),
        ("lake/person/*/*.parquet", ["query", "WS", "SELECT * FROM person"]),
    ],
)
def test_a_broken_store_does_not_show_what_it_holds(
    told: tuple[Path, dict[str, str]], file: str, arguments: list[str], tmp_path: Path
) -> None:
    copy = shutil.copytree(told[0], tmp_path / "ws")
    targets = list(copy.glob(file))
    for target in targets:
        target.write_bytes(CANARY.encode() * 2000)
    process = start(*[str(copy) if a == "WS" else a for a in arguments], as_json=False, MEDARK_DEBUG="1")
    out, err = process.communicate(timeout=60)
    assert targets and process.returncode
    assert CANARY not in out + err


def test_repr_of_what_holds_values_shows_none(told: tuple[Path, dict[str, str]]) -> None:
    path, _ = told
    program = (
        "import sys, medark\n"
        "from medark.flows.erase.wanted import wanted\n"
        "tables = medark.open(sys.argv[1]); ws = tables.workspace\n"
        "(person,) = ws.crosswalk.find(sys.argv[2])\n"
        "print(repr(wanted(ws, person)), ws.crosswalk.keys(person), ws.crosswalk.identifiers(person))"
    )
    command = [sys.executable, "-c", program, str(path), hospital.PATIENTS[0].ssn]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert CANARY not in done.stdout and "Wanted" in done.stdout
