"""medark, an open healthcare data platform: any hospital's data in, one standard record out"""

from __future__ import annotations

from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medark.client import Client
    from medark.flows.tables import Tables

__version__ = "0.1.0"
__all__ = ["Client", "__version__", "open"]


def open(path: str | PathLike[str], purpose: str = "operations") -> Tables:  # noqa: A001  as in other libraries: medark.open("city")
    """The workspace at `path`, for reading: `medark.open("city").person` is an Arrow table.

    What comes back is what the grants of this machine's user open for the purpose: care, public_health, research,
    operations or payment. WorkspaceError if the folder is not a workspace.
    """
    from medark.bootstrap import open_workspace
    from medark.flows.tables import Tables

    return Tables(open_workspace(Path(path)), purpose)


def __getattr__(name: str) -> Any:
    """`medark.Client`, a workspace over HTTP: imported when it is asked for, since most never do."""
    if name == "Client":
        return import_module("medark.client").Client
    raise AttributeError(name)
