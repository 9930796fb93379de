"""One person taken away everywhere: erase wanted units rows pending"""

from medark.flows.erase.erase import erase

__all__ = ["erase"]
