"""Decision support for one person: the card rules of running applications, judged through the gate"""

from medark.flows.hooks.hooks import Hooks
from medark.flows.hooks.services import Service
from medark.flows.hooks.told import Asked, Shown, Told, told_together

__all__ = ["Asked", "Hooks", "Service", "Shown", "Told", "told_together"]
