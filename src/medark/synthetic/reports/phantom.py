"""Drawn pictures: a body of ellipses, and each finding where the report says it is

Seen as radiologists do: the patient's right is on the left of the picture. CT is in Hounsfield units + 1024.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from medark.synthetic.chance import stream

SIDE: Final = 96  # pixels
PIXEL_MM: Final = 3.5  # a body of 330 mm fills the picture
_AIR = -1000
_DARK = frozenset(
    ("infarct", "lacune", "emphysema", "fatty_liver", "liver_cyst", "renal_cyst", "filling_defect", "pneumothorax",
     "liver_mass", "cavity", "fracture", "thrombus", "breast_mass", "breast_nodule", "thyroid_nodule", "thyroid_mass")
)  # fmt: skip
_DIFFUSE = frozenset(("consolidation", "ground_glass", "effusion", "emphysema", "fatty_liver", "pneumothorax"))
_AT_RIGHT = frozenset(("gallstone", "cholecystitis", "appendix"))  # of everybody
_LOW_DOWN = frozenset(("effusion", "appendix"))

Picture = NDArray[np.float64]
_Y, _X = np.mgrid[0:SIDE, 0:SIDE] / (SIDE - 1) * 2 - 1  # from -1 to 1


def drawn(modality: str, body_part: str, findings: Sequence[Mapping[str, Any]], key: str, number: int) -> NDArray[Any]:
    """Pixels: 16 bits of CT and MR, 8 of all others. The same key and number give the same picture."""
    chance = stream(0, f"phantom/{key}", number)
    picture = _BODIES.get(body_part, _limb)(modality)
    for finding in findings:
        picture = _with(picture, modality, body_part, finding, stream(0, f"phantom/{key}/{finding['finding']}"))
    noise = chance.standard_normal((SIDE, SIDE)) * (0.25 * np.maximum(picture, 0) if modality == "US" else 6)
    picture = picture + noise
    if modality == "CT":
        return np.clip(picture + 1024, 0, 4095).astype("<u2")
    scaled = np.clip(picture, 0, 255)
    return (scaled * 8).astype("<u2") if modality == "MR" else scaled.astype(np.uint8)


def _with(
    picture: Picture, modality: str, body_part: str, finding: Mapping[str, Any], chance: np.random.Generator
) -> Picture:
    """The picture with a blot: on the finding's side, as large as it is, or spread where it is diffuse."""
    name, side = finding["finding"], finding["side"]
    place = {"left": 0.42, "right": -0.42, "both": 0.42}.get(side or "", -0.35 if name in _AT_RIGHT else 0.0)
    radius = max((finding["size_mm"] or 25) / PIXEL_MM / SIDE, 0.02)  # half of the size in halves of the picture
    down = 0.4 if name in _LOW_DOWN else chance.uniform(-0.3, 0.3)
    contrast = _contrast(modality, body_part) * (-1 if name in _DARK else 1)
    found = picture
    for spot in (-place, place) if side == "both" else (place,):
        if name in _DIFFUSE:
            far = ((_X - spot) / 0.25) ** 2 + ((_Y - down) / 0.25) ** 2
            found = found + 0.7 * contrast * np.exp(-far) * (picture > _AIR)
        else:
            found = np.where(_ellipse(spot, down, radius, radius), found + contrast, found)
    return found


def _contrast(modality: str, body_part: str) -> float:
    """How far a finding stands out, in Hounsfield units or grey values; in the air of lungs, more. Ours."""
    if modality == "CT":
        return 850.0 if body_part == "chest" else 35.0
    return 70.0


def _ellipse(x: float, y: float, width: float, height: float) -> NDArray[np.bool_]:
    return np.asarray(((_X - x) / width) ** 2 + ((_Y - y) / height) ** 2 <= 1)


def _chest(modality: str) -> Picture:
    air, tissue, bone = (-850, 40, 400) if modality == "CT" else (60, 150, 210)
    picture = np.full((SIDE, SIDE), _AIR if modality == "CT" else 10.0)
    picture[_ellipse(0, 0, 0.95, 0.8)] = tissue
    for side in (-0.42, 0.42):
        picture[_ellipse(side, -0.05, 0.33, 0.55)] = air
    picture[_ellipse(0.12, 0.1, 0.25, 0.3)] = tissue + 10  # heart, a little to the patient's left
    picture[_ellipse(0, 0.55, 0.12, 0.12)] = bone
    return picture


def _head(modality: str) -> Picture:
    skull, brain, fluid = (900, 35, 8) if modality == "CT" else (30, 120, 40)
    picture = np.full((SIDE, SIDE), _AIR if modality == "CT" else 0.0)
    picture[_ellipse(0, 0, 0.75, 0.92)] = skull
    picture[_ellipse(0, 0, 0.68, 0.85)] = brain
    for side in (-0.12, 0.12):
        picture[_ellipse(side, -0.05, 0.07, 0.25)] = fluid
    return picture


def _abdomen(modality: str) -> Picture:
    if modality == "US":
        return _sector()
    picture = np.full((SIDE, SIDE), float(_AIR))
    picture[_ellipse(0, 0, 0.95, 0.75)] = -90
    picture[_ellipse(0, 0, 0.85, 0.65)] = 30
    picture[_ellipse(-0.42, -0.1, 0.38, 0.4)] = 60  # liver
    picture[_ellipse(0.6, 0, 0.15, 0.25)] = 50  # spleen
    picture[_ellipse(0, 0.45, 0.13, 0.13)] = 400
    return picture


def _sector(modality: str = "US") -> Picture:
    """The fan of an ultrasound picture."""
    depth = np.hypot(_X, _Y + 1)
    inside = (depth < 1.9) & (np.abs(_X) < 0.8 * (_Y + 1.1))
    return np.where(inside, 90 + 25 * np.cos(6 * depth), 0.0)


def _limb(modality: str) -> Picture:
    """Two bones in soft tissue."""
    picture = np.full((SIDE, SIDE), 15.0)
    picture[np.abs(_X) < 0.6] = 70
    for side in (-0.25, 0.25):
        picture[np.abs(_X - side) < 0.14] = 170
    picture[np.abs(_Y) < 0.03] = 90
    return picture


_BODIES: Final[Mapping[str, Callable[[str], Picture]]] = {
    "chest": _chest, "pulmonary_artery": _chest, "head": _head, "abdomen": _abdomen,
    "thyroid": _sector, "breast": _sector, "leg": _sector, "neck": _sector,
}  # fmt: skip
