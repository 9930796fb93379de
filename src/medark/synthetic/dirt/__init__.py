"""What goes wrong between what happened and what is sent, and a note of each: truth/planted"""

from medark.synthetic.dirt.soil import soil

__all__ = ["soil"]
