"""The ledger: how everything ended, who may read what, who did; SQLite or PostgreSQL, on disk before it counts"""

from medark.store.ledger.outcome import EndCount, RecordOutcome, UnitOutcome, WaveOutcome
from medark.store.ledger.state import Batch, Quarantined, RecordState

__all__ = [
    "Batch",
    "EndCount",
    "Ledger",
    "Quarantined",
    "RecordOutcome",
    "RecordState",
    "UnitOutcome",
    "WaveOutcome",
]


def __getattr__(name: str) -> object:
    """Ledger, when it is asked for: SQLAlchemy takes its time to load, and who only passes outcomes needs none."""
    if name != "Ledger":
        raise AttributeError(name)
    from medark.store.ledger.ledger import Ledger

    return Ledger
