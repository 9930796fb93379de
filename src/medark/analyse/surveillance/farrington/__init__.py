"""Farrington's regression and its flexible form: a week against the same season of the years before"""

from .detect import Farrington, FarringtonFlexible

__all__ = ["Farrington", "FarringtonFlexible"]
