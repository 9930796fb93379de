"""The county hospital's electronic record: FHIR R4 as NDJSON, a file a resource type"""

from medark.synthetic.feeds.fhir_county.export import write
from medark.synthetic.feeds.system import System

SYSTEMS = (System("county/emr", write, hospital="county"),)

__all__ = ["SYSTEMS"]
