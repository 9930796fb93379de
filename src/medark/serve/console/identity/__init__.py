"""Who is who: pairs of records that may be one person, side by side, decided by name"""

from medark.serve.console.identity.screens import screens

__all__ = ["screens"]
