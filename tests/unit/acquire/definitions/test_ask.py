"""Definition files are run where they reach nothing, and heard as text"""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from medark.acquire.definitions.ask import definitions_in, the_definition
from medark.errors import DefinitionError, MedarkError, NotFoundError, SourceError

COHORT = 'from medark.define import Cohort, concepts, conditions\nc = Cohort("c", conditions.of(concepts("one", 1)))\n'


def file(folder: Path, text: str, name: str = "study.py") -> Path:
    path = folder / name
    path.write_text(dedent(text), encoding="utf-8")
    return path


def refused(folder: Path, text: str, seconds: int = 20) -> MedarkError:
    with pytest.raises(MedarkError) as caught:
        definitions_in(file(folder, text), seconds=seconds)
    return caught.value


def test_definitions_come_back_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = file(tmp_path, COHORT + "b = c\n_draft = c\n")
    assert [found.name for found in definitions_in(path)] == ["c", "b"]


def test_a_definition_is_the_same_as_one_made_here(tmp_path: Path) -> None:
    names: dict[str, object] = {}
    exec(COHORT, names)
    assert the_definition(file(tmp_path, COHORT)).definition == names["c"]


def test_units_are_known_inside(tmp_path: Path) -> None:
    text = """
        from medark.define import *
        labs = measurements.of(concepts("k", 3023103))
        d = Dataset(everyone(), {"glucose": labs.last().value_in("mmol/L", analyte="glucose"),
                                 "temperature": labs.last().value_in("Cel")})
        """
    assert the_definition(file(tmp_path, text)).name == "d"


def test_code_lists_and_modules_lie_beside_the_file(tmp_path: Path) -> None:
    file(tmp_path, "from medark.define import conditions\nof = conditions.of\n", "shared.py")
    (tmp_path / "codes").mkdir()
    file(tmp_path / "codes", "concept_id,descendants\n201826,yes\n", "糖尿病.csv")
    text = """
        from shared import of
        from medark.define import Cohort, concept_file
        c = Cohort("c", of(concept_file("codes/糖尿病.csv")))
        """
    found = the_definition(file(tmp_path, text)).definition
    assert any("糖尿病" in repr(node) for node in found.walk())


def test_a_cohort_of_atlas_lies_beside_the_file(tmp_path: Path) -> None:
    expression = {
        "ConceptSets": [
            {"id": 0, "name": "angioedema", "expression": {"items": [{"concept": {"CONCEPT_ID": 432791}}]}}
        ],
        "PrimaryCriteria": {
            "CriteriaList": [{"ConditionOccurrence": {"CodesetId": 0}}],
            "ObservationWindow": {"PriorDays": 0, "PostDays": 0},
            "PrimaryCriteriaLimit": {"Type": "All"},
        },
        "QualifiedLimit": {"Type": "First"},
        "ExpressionLimit": {"Type": "First"},
        "InclusionRules": [],
        "CensoringCriteria": [],
        "CollapseSettings": {"CollapseType": "ERA", "EraPad": 0},
        "CensorWindow": {},
    }
    file(tmp_path, json.dumps(expression), "atlas.json")
    text = 'from medark.define import *\nc = Cohort.from_circe(text_file("atlas.json"), "angioedema")\n'
    assert the_definition(file(tmp_path, text)).definition.name == "angioedema"


def test_a_file_that_is_not_beside_it_is_told_what_is(tmp_path: Path) -> None:
    file(tmp_path, "concept_id\n1\n", "codes.csv")
    error = refused(tmp_path, 'from medark.define import concept_file\nconcept_file("code.csv")\n')
    assert "codes.csv" in str(error)
    assert error.where == {"file": "study.py", "line": 2}


REACHING_OUT = {
    "a file": 'open("/etc/passwd").read()',
    "a file by its bytes": 'import io\nio.FileIO("/etc/passwd")',
    "a file through the system": 'import posix\nposix.open("/etc/passwd", 0)',
    "writing": 'open("left_behind", "w")',
    "a folder": 'import posix\nposix.listdir("/")',
    "a command": 'import posix\nposix.system("true")',
    "another process": "import posix\nposix.fork()",
    "the network": "import _socket\n_socket.socket()",
    "a library of the machine": 'import _ctypes\n_ctypes.dlopen("libc.so.6", 2)',
}


@pytest.mark.parametrize("reach", REACHING_OUT.values(), ids=REACHING_OUT.keys())
def test_nothing_outside_is_reached(tmp_path: Path, reach: str) -> None:
    error = refused(tmp_path, f"try:\n    import medark\nfinally:\n    pass\n{reach}\n")
    assert isinstance(error, DefinitionError)
    assert "reaches no file" in str(error) or "there is no module" in str(error)
    assert [one.name for one in tmp_path.iterdir()] == ["study.py"]


PAST_PYTHON = """
import ctypes, socket
libc = ctypes.CDLL(None, use_errno=True)
from medark.acquire.definitions.confinement import _fence_by_kernel
calls = [lambda: libc.open(b"/etc/passwd", 0), lambda: libc.socket(2, 1, 0), lambda: libc.fork(),
         lambda: libc.execv(b"/bin/true", None), lambda: libc.mkdir(b"made", 0o700), lambda: libc.kill(1, 0),
         lambda: libc.unlink(b"x"), lambda: libc.ptrace(0, 0, 0, 0)]
_fence_by_kernel()
print([(call(), ctypes.get_errno()) for call in calls])
"""


def test_the_kernel_refuses_what_python_never_sees(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", PAST_PYTHON], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.strip() == str([(-1, errno.EPERM)] * 8)
    assert not list(tmp_path.iterdir())


LONG_BEFORE = """
import time
from medark.acquire.definitions.confinement import confine
def work(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until: pass
work(1.5)
confine(cpu_seconds=1)
work(0.5)
print("done", flush=True)
work(60)
"""


def test_time_is_counted_from_when_it_is_fenced_in() -> None:
    done = subprocess.run([sys.executable, "-c", LONG_BEFORE], capture_output=True, text=True, check=False)
    assert done.stdout == "done\n"
    assert done.returncode in {-signal.SIGXCPU, -signal.SIGKILL}


ENDLESS = {
    "time": "while True: pass",
    "memory": "x = [0]\nwhile True: x = x + x",
    "depth": "def f(): return f()\nf()",
    "one expression": "from medark.define import *\nx = person.year_of_birth\nwhile True: x = x + x",
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_does_not_end_is_stopped(tmp_path: Path, text: str) -> None:
    error = refused(tmp_path, text, seconds=2)
    assert "loop" in str(error)


def test_a_file_that_ends_the_process_says_nothing(tmp_path: Path) -> None:
    assert "ends the program" in str(refused(tmp_path, "raise SystemExit(0)"))


def test_what_it_prints_is_not_the_answer(tmp_path: Path) -> None:
    text = "print('{\"definitions\": []}')\n" + COHORT
    assert the_definition(file(tmp_path, text)).name == "c"


def test_an_error_points_at_the_line(tmp_path: Path) -> None:
    error = refused(tmp_path, "from medark.define import *\n\nx = measurements.value_as_number > 5\n")
    assert error.where == {"file": "study.py", "line": 3}
    assert "value_in('mmol/L')" in str(error)


def test_a_slip_in_python_points_at_the_line(tmp_path: Path) -> None:
    assert refused(tmp_path, "a = 1\nb = (\n").where == {"file": "study.py", "line": 2}


def test_an_error_beside_it_points_there(tmp_path: Path) -> None:
    file(tmp_path, "1 / 0\n", "shared.py")
    assert refused(tmp_path, "import shared\n").where == {"file": "shared.py", "line": 1}


def test_a_file_that_defines_nothing(tmp_path: Path) -> None:
    assert "defines nothing" in str(refused(tmp_path, "a = 1\n"))


def test_one_of_several_is_named(tmp_path: Path) -> None:
    path = file(tmp_path, COHORT + "other = Cohort('o', conditions)\n")
    assert the_definition(path, "other").name == "other"
    with pytest.raises(DefinitionError, match=r"--name c \| other"):
        the_definition(path)
    with pytest.raises(DefinitionError, match="nothing called"):
        the_definition(path, "third")


def test_what_is_no_definition_file(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        definitions_in(tmp_path / "none.py")
    with pytest.raises(SourceError):
        definitions_in(file(tmp_path, "x", "list.csv"))
    (tmp_path / "bytes.py").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourceError, match="UTF-8"):
        definitions_in(tmp_path / "bytes.py")
