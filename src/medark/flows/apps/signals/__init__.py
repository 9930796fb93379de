"""Signals of applications: counted, judged, kept with how they stood, shown to who may read what they count"""

from medark.flows.apps.signals.keeping import keep_signals
from medark.flows.apps.signals.showing import signal, signals

__all__ = ["keep_signals", "signal", "signals"]
