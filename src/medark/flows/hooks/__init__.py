"""Decision support for one person: the card rules of running applications, judged through the gate"""

from medark.flows.hooks.hooks import Asked, Hooks, Shown, Told, told_together
from medark.flows.hooks.services import Service

__all__ = ["Asked", "Hooks", "Service", "Shown", "Told", "told_together"]
