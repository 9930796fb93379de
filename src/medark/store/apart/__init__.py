"""An engine whose sessions are processes of their own: what a query takes there it takes from nobody else"""

from medark.store.apart.engine import Apart, Limits, Turn
from medark.store.apart.session import ApartSession, StoppedError, TooLongError

__all__ = ["Apart", "ApartSession", "Limits", "StoppedError", "TooLongError", "Turn"]
