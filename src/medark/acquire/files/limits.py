"""How far an archive may go before it is refused"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """All of them hold for one file of the folder with everything inside it, so a bomb never starves its neighbours.

    bytes_unpacked  a year of a city's exports fits; a bomb stops before it has cost an hour
    ratio           unpacked to packed. Clinical text packs 5 to 60 fold, the most regular FHIR 40; deflate can do
                    1,032 and zstd 40,000, which only padding reaches
    ratio_free      up to here the ratio is not asked: a small file of zeros is no bomb
    entries         of all archives in one file: a million messages in one zip do occur
    depth           archives inside archives: a regional delivery of hospital deliveries of daily zips is three
    name_bytes      of a path in an archive; what file systems allow
    """

    bytes_unpacked: int = 1 << 38  # 256 GiB
    ratio: int = 250
    ratio_free: int = 64 << 20
    entries: int = 2_000_000
    depth: int = 5
    name_bytes: int = 4096
