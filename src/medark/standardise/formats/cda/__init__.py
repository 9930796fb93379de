"""Clinical documents (HL7 CDA R2, C-CDA): one unit for the header, one for each entry of each section"""

from medark.standardise.formats.cda.reader import CdaReader

READER = CdaReader()

__all__ = ["READER", "CdaReader"]
