"""Terms: codes of sources that nobody has explained, what they may mean, and what was decided"""

from medark.serve.console.terms.screens import screens

__all__ = ["screens"]
