"""Import: tables that nobody has described, what each of their columns may be, and the way into the lake"""

from medark.serve.console.imports.screens import screens

__all__ = ["screens"]
