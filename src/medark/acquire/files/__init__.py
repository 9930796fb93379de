"""A folder of anything: every file found, archives opened, formats recognised by content"""

from medark.acquire.files.limits import Limits
from medark.acquire.files.recognise import Recognised, recognise
from medark.acquire.files.walk import Found, Refused, walk

__all__ = ["Found", "Limits", "Recognised", "Refused", "recognise", "walk"]
