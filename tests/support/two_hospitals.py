"""Two hospitals that know some of the same people, each by numbers of its own, written as HL7 messages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medark.bootstrap import init_workspace, open_workspace
from medark.flows.ingest import ingest
from medark.flows.workspace import Workspace
from medark.model.omop import tables

SALT = "0" * 64


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient as one hospital registered them."""

    number: str
    name: str
    birth: str
    sex: str = "F"
    identity: str = ""
    phone: str = ""
    address: str = ""

    def message(self, hospital: str, potassium: str) -> str:
        numbers = f"{self.number}^^^^MR" + (f"~{self.identity}^^^GA^NI" if self.identity else "")
        name = self.name if "^" in self.name else f"{self.name[0]}^{self.name[1:]}"
        return "\r".join((
            f"MSH|^~\\&|LIS|{hospital}|P|C|20240105101500||ORU^R01|{self.number}|P|2.4||||||UNICODE UTF-8",
            f"PID|1||{numbers}||{name}||{self.birth}|{self.sex}|||{self.address}||{self.phone}",
            f"PV1|1|O|0601||||||||||||||||V{self.number}|||||||||||||||||||||||||20240105090000",
            f"OBR|1||{self.number}-1|K^potassium^L|||20240105100000",
            f"OBX|1|NM|2823-3^potassium^LN||{potassium}|mmol/L|||||F|||20240105100000",
        )) + "\r"  # fmt: skip


HOME = "富阳区鹿山街道望湖路133号5单元1101室"
# The same woman in both; her registration in the south has another character of the same sound and no number.
NORTH = (
    Patient("N1", "张玮玲", "19900307", "F", "110101199003074225", "13812345678", HOME),
    Patient("N2", "李小龙", "19850615", "M", "", "13900001111", "西湖区古荡街道晴川路391号3单元702室"),
    Patient("N3", "陈思", "20100501", "F", "", "13700002222", HOME),
)
SOUTH = (
    Patient("S1", "张伟玲", "19900307", "F", "", "13812345678", HOME),
    Patient("S2", "李小龙", "19850615", "M", "", "13900001111", "西湖区古荡街道晴川路391号3单元702室"),
    Patient("S4", "陈敏", "20100501", "F", "", "13700002222", HOME),  # the sister of N3, of one birth
)


def made(path: Path, hospitals: dict[str, tuple[Patient, ...]]) -> None:
    """A workspace to which hospitals send in this order."""
    init_workspace(path, buckets=2).close()
    (path / "keys" / "salt").chmod(0o600)
    (path / "keys" / "salt").write_text(SALT)
    with open_workspace(path, {"MEDARK_INGEST_WORKERS": "1"}) as opened:
        for name, patients in hospitals.items():
            send(opened, path.parent / f"{path.name}-{name}", name, patients)


def send(workspace: Workspace, folder: Path, hospital: str, patients: tuple[Patient, ...]) -> None:
    """A hospital sends its patients with a result each."""
    folder.mkdir(exist_ok=True)
    text = "".join(one.message(hospital.upper(), f"4.{n}") for n, one in enumerate(patients))
    (folder / f"{hospital}-{patients[0].number}.hl7").write_text(text, encoding="utf-8")
    ingest(workspace, folder, f"{hospital}/lis")


def lake(workspace: Workspace) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the lake, by table, in an order of its own."""
    snapshot, found = workspace.lake.snapshot(), {}
    with workspace.engine.session() as session:
        for table in tables():
            if snapshot.rows(table) and table not in ("cdm_source", "concept", "vocabulary"):
                snapshot.bind(session, table, None, "t")
                rows = session.query("SELECT * FROM t").to_pylist()
                found[table] = sorted((tuple(row.values()) for row in rows), key=repr)
    return found
