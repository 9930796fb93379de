"""FHIRPath, the part that SQL on FHIR asks for: a path compiled once, then a few microseconds a resource"""

from medark.define.fhirpath.grammar import parse
from medark.define.fhirpath.path import Path, Scope, compiled
from medark.define.fhirpath.values import Typed, plain

__all__ = ["Path", "Scope", "Typed", "compiled", "parse", "plain"]
