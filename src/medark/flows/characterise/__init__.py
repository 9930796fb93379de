"""What the lake looks like: Achilles' analyses over a version of it, kept, shown, written out and compared"""

from medark.flows.characterise.characterise import Characterised, characterise, newest, numbers

__all__ = ["Characterised", "characterise", "newest", "numbers"]
