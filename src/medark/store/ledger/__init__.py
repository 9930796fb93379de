"""The ledger: how each batch, record and unit ended, and who did what; SQLite, on disk before it counts"""

from medark.store.ledger.audit import AuditEntry
from medark.store.ledger.ledger import Batch, Ledger, Quarantined, RecordState
from medark.store.ledger.outcome import RecordOutcome, UnitOutcome, WaveOutcome

__all__ = ["AuditEntry", "Batch", "Ledger", "Quarantined", "RecordOutcome", "RecordState", "UnitOutcome", "WaveOutcome"]
