"""The ledger's tables"""

TABLES = """
CREATE TABLE IF NOT EXISTS batch (
  batch_no INTEGER PRIMARY KEY, source TEXT NOT NULL, started_ms INTEGER NOT NULL, ended_ms INTEGER,
  found INTEGER NOT NULL DEFAULT 0, landed INTEGER NOT NULL DEFAULT 0, already INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS refused_file (batch_no INTEGER NOT NULL, name TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS record_state (
  record_no INTEGER PRIMARY KEY, batch_no INTEGER NOT NULL, format TEXT NOT NULL, state TEXT NOT NULL,
  units INTEGER NOT NULL DEFAULT 0, quarantined INTEGER NOT NULL DEFAULT 0,
  not_understood INTEGER NOT NULL DEFAULT 0, excluded INTEGER NOT NULL DEFAULT 0, chunks_done INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS record_state_by_state ON record_state (state, record_no) WHERE state <> 'done';
CREATE INDEX IF NOT EXISTS record_state_by_batch ON record_state (batch_no, record_no);
CREATE TABLE IF NOT EXISTS unit_outcome (
  record_no INTEGER NOT NULL, row_no INTEGER NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL,
  place TEXT NOT NULL, table_name TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS unit_outcome_by_record ON unit_outcome (record_no, row_no);
CREATE TABLE IF NOT EXISTS reason_count (
  batch_no INTEGER NOT NULL, outcome TEXT NOT NULL, reason TEXT NOT NULL, table_name TEXT NOT NULL,
  count INTEGER NOT NULL, example TEXT NOT NULL, PRIMARY KEY (batch_no, outcome, reason, table_name)
);
CREATE TABLE IF NOT EXISTS table_account (
  batch_no INTEGER NOT NULL, table_name TEXT NOT NULL, staged INTEGER NOT NULL, loaded INTEGER NOT NULL,
  replaced INTEGER NOT NULL, quarantined INTEGER NOT NULL, PRIMARY KEY (batch_no, table_name)
);
CREATE TABLE IF NOT EXISTS waiting_table (
  record_no INTEGER PRIMARY KEY, batch_no INTEGER NOT NULL, rows INTEGER NOT NULL, columns TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS due_bucket (bucket INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS audit (
  entry_no INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_never_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE entry_no = NEW.entry_no)
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER IF NOT EXISTS audit_is_never_removed BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END;
"""
