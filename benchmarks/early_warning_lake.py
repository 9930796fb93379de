"""What tills of a made-up city sold, as the platform has it: taken in, published by the application, read back"""

from __future__ import annotations

import csv
import shutil
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds

from medark.bootstrap import init_workspace, open_workspace
from medark.define import Tally
from medark.flows.definitions.run import run
from medark.flows.gate import at_terminal
from medark.flows.ingest import ingest
from medark.flows.query import query
from medark.sdk.testing import app_in

SOURCE = "pharmacies/sales"
EXAMPLE = Path(__file__).parents[1] / "examples" / "city"
APP = Path(__file__).parents[1] / "src" / "medark" / "apps" / "early_warning"
DISTRICTS = APP / "facts" / "districts.csv"


def sales() -> Tally:
    """The application's own tally of sales."""
    (found,) = (one.dataset for one in app_in(APP)[1].datasets if one.name == "sales")
    assert isinstance(found, Tally)
    return found


def tills(city: Path) -> pa.Table:
    """Rows with entry_start, quantity, drug_class, district (by its key), and the event that caused the sale."""
    with tempfile.TemporaryDirectory(prefix="bench-tills-") as name:
        place = Path(name) / "ws"
        init_workspace(place, time_zone="Asia/Shanghai").close()
        shutil.copytree(EXAMPLE / "maps" / "pharmacies", place / "maps" / "pharmacies")
        with open_workspace(place, {}) as workspace:
            ingest(workspace, city / "raw" / SOURCE, SOURCE)
            reader = at_terminal(workspace)
            rows = run(workspace, reader, sales(), today=workspace.today()).rows
            where = "SELECT event_count_id AS entry_id, medark_record_no, medark_row_no FROM event_count"
            places = query(workspace, reader, where)
            files = {record.record_no: Path(record.name).name for record in workspace.landing.records(source=SOURCE)}
    return _caused(rows.join(places, "entry_id"), files, city / "truth")


def _caused(rows: pa.Table, files: dict[int, str], truth: Path) -> pa.Table:
    """Each row with the event of its sale: by the file and the row in it that truth/record tells."""
    records = ds.dataset(truth / "record")
    told = records.to_table(["file", "row_no", "record_id"], filter=ds.field("source") == SOURCE).to_pylist()
    sale = {(row["file"], row["row_no"]): row["record_id"] for row in told}
    sold = ds.dataset(truth / "pharmacy_sale").to_table(["sale", "event"]).to_pylist()
    event = {f"XS{row['sale']}": row["event"] for row in sold}
    keys = zip(rows["medark_record_no"].to_pylist(), rows["medark_row_no"].to_pylist(), strict=True)
    events = [event[sale[files[record], row]] for record, row in keys]
    names = _districts()
    district = [names.get(one) for one in rows["district"].to_pylist()]
    return pa.table({
        "entry_start": rows["entry_start"], "quantity": rows["quantity"], "drug_class": rows["drug_class"],
        "district": district, "event": pa.array(events, pa.string()),
    })  # fmt: skip


def _districts() -> dict[str, str]:
    """The key of each district by its Chinese name."""
    rows = csv.DictReader(DISTRICTS.read_text(encoding="utf-8").splitlines())
    return {row["name_zh"]: row["name_en"].lower().replace("'", "") for row in rows}
