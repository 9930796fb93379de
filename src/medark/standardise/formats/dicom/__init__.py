"""DICOM headers: whose picture it is, of which study and series; pixels are never read"""

from medark.standardise.formats.dicom.reader import DicomReader

READER = DicomReader()

__all__ = ["READER", "DicomReader"]
