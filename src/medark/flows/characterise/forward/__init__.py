"""Sums brought forward to a newer version of a lake: only what changed is counted"""

from medark.flows.characterise.forward.forward import Forward, files_of

__all__ = ["Forward", "files_of"]
