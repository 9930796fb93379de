"""Sources' own codes in the catalog: found by what the source calls them until a concept stands for them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from medark.bootstrap import init_workspace, open_workspace
from medark.catalog.assets import Kind
from medark.flows.catalog import bring_up_to_date, find, one
from medark.flows.ingest import ingest
from medark.flows.ingest.ingest import account
from medark.flows.terms.decide import decide
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Reader, Rows
from medark.model.term import TermState
from medark.model.user import User

Reads = Callable[[Workspace, str], Reader]
DAY = "20250301080000"
# Of each test: code, name, unit, and of how many people (access.least_count is 10).
TESTS = (("GLUX", "空腹血糖", "mmol/L", 12), ("RARE", "罕见检验", "U/L", 3))


def message(number: int, code: str, name: str, unit: str) -> str:
    lines = (
        f"MSH|^~\\&|LIS|N|M|N|{DAY}||ORU^R01|{number}-{code}|P|2.5",
        f"PID|1||{number:05d}^^^N||Wang^L||19700101|F",
        f"OBR|1||{number}-{code}|P^panel^L|||{DAY}",
        f"OBX|1|NM|{code}^{name}^L||5.{number % 10}|{unit}|||||F|||{DAY}",
    )
    return "\r".join(lines) + "\r"


@pytest.fixture(scope="module")
def read_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("codes")
    (root / "messages").mkdir()
    for code, name, unit, people in TESTS:
        for number in range(1, people + 1):
            file = root / "messages" / f"{code}{number}.hl7"
            file.write_text(message(number, code, name, unit), encoding="utf-8")
    with init_workspace(root / "ws", buckets=2) as made:
        made.ledger.users.add(User("olga", roles=frozenset({"owner"})))
        made.ledger.users.add(User("dora", organisation="north", roles=frozenset({"doctor"})))
        made.ledger.users.add(User("nils", organisation="north", roles=frozenset({"nurse"})))
        made.ledger.access.add_grant(
            Grant(0, Holder.ROLE, "doctor", Purpose.OPERATIONS, {"measurement": None}, Rows.ALL, 3, 0,
                  granted_by="olga")
        )  # fmt: skip
        ingest(made, root / "messages", "north/lis")
    return root / "ws"


@pytest.fixture
def workspace(read_in: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copytree(read_in, tmp_path / "ws")
    with open_workspace(tmp_path / "ws", {}) as opened:
        yield opened


def found(workspace: Workspace, reader: Reader, words: str) -> dict[str, int | None]:
    return {each.asset.id: each.rows for each in find(workspace, reader, words, [Kind.CODE, Kind.CONCEPT]).found}


def test_a_code_is_found_by_its_name_with_how_often_it_occurs(workspace: Workspace, reads: Reads) -> None:
    olga = reads(workspace, "olga")
    bring_up_to_date(workspace, olga)
    for words in ("空腹血糖", "GLUX", "kfxt"):
        assert found(workspace, olga, words)["code:north/lis/measurement/GLUX"] == 12
    detail = one(workspace, olga, "code:north/lis/measurement/GLUX")
    (occurs,) = detail.occurs
    assert (occurs.table, occurs.column) == ("measurement", "measurement_source_value")
    assert (occurs.rows, occurs.people, occurs.sources) == (12, 12, (("north/lis", 12),))
    assert [each.id for each in detail.whole] == ["source:north/lis"]


def test_an_ingest_tells_how_many_codes_nobody_knows(workspace: Workspace) -> None:
    assert account(workspace, 1).open_codes == len(TESTS)
    terms = [replace(one, state=TermState.NONE) for one in workspace.ledger.terms.all() if one.code == "RARE"]
    workspace.ledger.terms.decide(terms)
    assert account(workspace, 1).open_codes == len(TESTS) - 1


def test_a_code_of_few_people_is_for_owners_without_its_count(workspace: Workspace, reads: Reads) -> None:
    olga, dora = reads(workspace, "olga"), reads(workspace, "dora")
    access = replace(workspace.settings.access, least_count=10)
    few = replace(workspace, settings=replace(workspace.settings, access=access))
    bring_up_to_date(few, olga)
    bring_up_to_date(few, dora)
    assert found(few, olga, "罕见检验") == {"code:north/lis/measurement/RARE": None}
    assert found(few, dora, "罕见检验") == {}
    assert found(few, dora, "空腹血糖") == {"code:north/lis/measurement/GLUX": 12}


def test_a_name_of_few_people_stays_untold_once_a_concept_stands_for_its_code(
    workspace: Workspace, reads: Reads
) -> None:
    olga, dora = reads(workspace, "olga"), reads(workspace, "dora")
    creatinine = 3016723
    terms = workspace.ledger.terms.all()
    decide(workspace, "olga", [replace(one, state=TermState.MAPPED, concept_id=creatinine) for one in terms])
    for least, told in ((10, {"空腹血糖"}), (0, {"空腹血糖", "罕见检验"}), (13, set())):
        access = replace(workspace.settings.access, least_count=least)
        held = replace(workspace, settings=replace(workspace.settings, access=access))
        bring_up_to_date(held, olga)
        bring_up_to_date(held, dora)
        for reader in (olga, dora):
            assert {word for word in ("空腹血糖", "罕见检验") if found(held, reader, word)} == told, least
            shown = one(held, reader, f"concept:{creatinine}").asset.words
            assert {word for word in ("空腹血糖", "罕见检验") if word in shown} == told, least


def test_who_has_no_grant_finds_no_code(workspace: Workspace, reads: Reads) -> None:
    nils = reads(workspace, "nils")
    bring_up_to_date(workspace, reads(workspace, "olga"))
    bring_up_to_date(workspace, nils)
    assert found(workspace, nils, "空腹血糖") == {}


def test_once_a_concept_stands_for_it_the_concept_is_found_by_that_name(workspace: Workspace, reads: Reads) -> None:
    olga = reads(workspace, "olga")
    bring_up_to_date(workspace, olga)
    (term,) = [each for each in workspace.ledger.terms.all() if each.code == "GLUX"]
    glucose = 2004488098  # LOINC 14771-0, fasting glucose [moles/volume] in serum or plasma
    decide(workspace, "olga", [replace(term, state=TermState.MAPPED, concept_id=glucose)])
    bring_up_to_date(workspace, olga)
    told = found(workspace, olga, "空腹血糖")
    assert "code:north/lis/measurement/GLUX" not in told and told[f"concept:{glucose}"] == 12
