"""What spreads among the city's people, and the channels in which it shows"""

from medark.synthetic.events.live import live
from medark.synthetic.events.spread_out import spread_out

__all__ = ["live", "spread_out"]
