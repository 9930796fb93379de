"""HL7 version 2 messages to staging rows"""

from __future__ import annotations

from medark.standardise.formats.hl7v2.reader import Hl7v2Reader

READER = Hl7v2Reader()
