"""Raw records, byte for byte: durable before they are acknowledged, landed once, erased for good"""

from medark.store.landing.arrival import Arrival, Landed
from medark.store.landing.landing import Landing
from medark.store.landing.reading import PackedRecord

__all__ = ["Arrival", "Landed", "Landing", "PackedRecord"]
