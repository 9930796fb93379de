"""Words that linkage shares: what is decided of a pair"""

from __future__ import annotations

from typing import Final

from medark.standardise.identity.judging import SAME as SAME
from medark.standardise.identity.judging import UNSURE as UNSURE

DIFFERENT: Final = "different"
