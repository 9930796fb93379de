"""What the lake looks like: Achilles' analyses over a version of it, kept, shown, written out and compared"""

from medark.flows.characterise.characterise import Characterised, characterise, newest, numbers
from medark.flows.characterise.compare import Difference, compared
from medark.flows.characterise.hidden import shown
from medark.flows.characterise.looking import seen

__all__ = ["Characterised", "Difference", "characterise", "compared", "newest", "numbers", "seen", "shown"]
