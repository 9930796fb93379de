"""What a series looks like while nothing happens: given, or taken from how it begins"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from medark.errors import DefinitionError
from medark.messages import N_

from .signals import FloatArray

BASELINE = N_("periods at the beginning of a series that give what is not given, and are not judged")
MEAN = N_("mean in control: one for all, or one for each series (series × 1), or for each period")
SD = N_("standard deviation in control, in the same shapes as the mean")
LEAST_SD = N_("the least standard deviation that is believed")


def in_control(
    observed: FloatArray, baseline: int, mean: npt.ArrayLike | None, sd: npt.ArrayLike | None, least_sd: float = 0.0
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The counts that are judged (NaN elsewhere), mean and standard deviation in control: all series × periods.

    What is not given is that of the first `baseline` periods, missing ones left out; NaN where fewer than two are
    there. A spread of zero tells nothing: it is NaN too.
    """
    judged = observed.copy()
    if mean is None or sd is None:
        began = observed[:, :baseline]
        judged[:, :baseline] = np.nan
        known_mean, known_sd = _moments(began)
        mean, sd = (known_mean if mean is None else mean), (known_sd if sd is None else sd)
    spread = np.maximum(_wide(sd, observed), least_sd)
    return judged, _wide(mean, observed), np.where(spread > 0, spread, np.nan)


def _moments(began: FloatArray) -> tuple[FloatArray, FloatArray]:
    seen = ~np.isnan(began)
    count = seen.sum(axis=1, keepdims=True).astype(np.float64)
    count[count < 2] = np.nan
    mean = np.where(seen, began, 0).sum(axis=1, keepdims=True) / count
    squares = np.where(seen, (began - mean) ** 2, 0).sum(axis=1, keepdims=True)
    return mean, np.sqrt(squares / (count - 1))


def _wide(value: npt.ArrayLike, like: FloatArray) -> FloatArray:
    try:
        return np.broadcast_to(np.asarray(value, dtype=np.float64), like.shape)
    except ValueError:
        raise DefinitionError(
            "what is given of the series does not fit their shape", fix="one number, (series × 1) or (series × periods)"
        ) from None
