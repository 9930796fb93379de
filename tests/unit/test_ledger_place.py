"""A workspace whose ledger is PostgreSQL: the same accounts as in a file, and a password that is nowhere"""

from __future__ import annotations

from pathlib import Path

import pytest

import hospital
from medark.bootstrap import init_workspace, open_workspace
from medark.cli.shell import run
from medark.errors import SettingsError
from medark.flows.audit import verify
from medark.flows.gate.reader import machine_user
from medark.flows.ingest import ingest
from medark.flows.ingest.ingest import account
from medark.settings import SourceSettings, read, with_source
from support.postgresql import Server


def new_workspace(path: Path) -> Path:
    init_workspace(path).close()
    settings = path / "medark.toml"
    told = SourceSettings(authorities=(hospital.CDA_AUTHORITY,))
    settings.write_text(with_source(settings.read_text(), hospital.SOURCE, told))
    return path


def test_a_hospital_s_account_is_the_same_in_postgresql(postgresql: Server, tmp_path: Path) -> None:
    folder = hospital.write(tmp_path / "in")
    accounts = []
    for name, url in (("file", ""), ("server", postgresql.database())):
        path = new_workspace(tmp_path / name)
        environ = {"MEDARK_LEDGER_URL": url, "MEDARK_INGEST_WAVE_ROWS": "1000"}
        with open_workspace(path, environ) as workspace:
            assert ingest(workspace, folder, hospital.SOURCE).adds_up
            accounts.append(account(workspace, 1))
            held = [(h.record_no, h.row_no, h.reason, h.table) for h in workspace.ledger.quarantine.held()]
            accounts.append(held)
            assert verify(workspace, machine_user()).holds
        assert (path / "ledger.db").exists() == (name == "file")
    assert accounts[:2] == accounts[2:]


def test_the_password_comes_from_the_environment_and_is_shown_nowhere(
    postgresql: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = new_workspace(tmp_path / "ws")
    database = postgresql.database().partition("@/")[2].partition("?")[0]
    postgresql.psql(f"CREATE ROLE ward LOGIN PASSWORD 'Qzx-ward'; ALTER DATABASE {database} OWNER TO ward;")
    url = f"postgresql://ward@127.0.0.1:{postgresql.port}/{database}"
    environ = {"MEDARK_LEDGER_URL": url, "MEDARK_LEDGER_PASSWORD": "Qzx-ward"}
    with open_workspace(path, environ) as workspace:
        assert verify(workspace, machine_user()).holds
        assert "Qzx" not in repr(workspace) and "Qzx" not in repr(workspace.settings)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert run(["config", "show", str(path)], environ) == 0
    monkeypatch.setenv("MEDARK_LEDGER_PASSWORD", "Qzx-wrong")
    assert run(["audit", "verify", str(path)], environ) == 6
    said = capsys.readouterr()
    assert "Qzx" not in said.out + said.err and "MEDARK_LEDGER_PASSWORD" in said.err


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://medark:secret@db/medark",
        "postgresql://db/medark?user=medark&password=secret",
        "mysql://medark@db/medark",
        "ledger.db",
    ],
)
def test_a_password_in_a_url_and_other_databases_are_refused_without_being_shown(url: str) -> None:
    with pytest.raises(SettingsError) as told:
        read(f'[ledger]\nurl = "{url}"\n')
    assert "MEDARK_LEDGER_PASSWORD" in told.value.fix
    assert "secret" not in str(told.value) + repr(told.value)


def test_what_only_passes_outcomes_loads_no_database_library() -> None:
    import subprocess
    import sys

    workers = "import medark.flows.staging.pool, medark.flows.staging.tasks"
    pages = "from medark.cli.app import command; command()"
    nouns = "from medark.store.ledger import WaveOutcome"
    for code in (workers, pages, nouns):
        check = f"{code}; import sys; assert not {{'sqlalchemy', 'alembic', 'psycopg'}} & set(sys.modules)"
        subprocess.run([sys.executable, "-c", check], check=True)
