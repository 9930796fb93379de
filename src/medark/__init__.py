"""An open healthcare data platform: any hospital's data in, one standard record out."""

__version__ = "0.1.0"
