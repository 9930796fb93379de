"""The demonstration: a made-up city made, taken in, and what was found held against what is true"""

from medark.flows.demo.account import DemoAccount, Finding
from medark.flows.demo.run import demo

__all__ = ["DemoAccount", "Finding", "demo"]
