"""Processes that may hang or grow: asked with a deadline, killed past it, started again for the next question"""

from medark.flows.worker.pool import Workers
from medark.flows.worker.process import WorkerProcess

__all__ = ["WorkerProcess", "Workers"]
