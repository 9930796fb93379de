"""Numbers that organisations give their patients: no two have the same form"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic import facts
from medark.synthetic.chance import Ints

# Of each organisation: what a number begins with, its digits, the step from person to person; of temporary numbers
# what they begin with. Temporary and second numbers come after first ones in the order of texts.
_FORMS = {"north": ("B", 9, 7, "T"), "south": ("4", 9, 13, "9"), "county": ("pt-", 8, 31, "tmp-")}
_SECOND = 3  # what is added for a second number of the same person: less than any step


def main(organisation: Ints, person: Ints) -> pa.Array:
    """The numbers of people at organisations (places in facts/organisations.csv)."""
    return _numbers(organisation, person, 0, 0)


def second(organisation: Ints, person: Ints) -> pa.Array:
    """Another number of each, as if for somebody else."""
    return _numbers(organisation, person, 0, _SECOND)


def temporary(organisation: Ints, person: Ints) -> pa.Array:
    """A number for who comes without papers."""
    return _numbers(organisation, person, 3, 0)


def _numbers(organisation: Ints, person: Ints, begins: int, more: int) -> pa.Array:
    forms = [_form(key) for key in facts.keys("organisations")]
    prefix = pa.array([form[begins] for form in forms], pa.string()).take(pa.array(organisation))
    width, step = (np.array([form[column] for form in forms])[organisation] for column in (1, 2))
    digits = pa.array(10**width + person * step + more).cast(pa.string())
    return pc.binary_join_element_wise(prefix, pc.utf8_slice_codeunits(digits, 1), "")


def _form(key: str) -> tuple[str, int, int, str]:
    """Clinics: their number, a dash and digits."""
    return _FORMS.get(key) or (f"{key[-2:]}-", 8, 5, f"{key[-2:]}-L")
