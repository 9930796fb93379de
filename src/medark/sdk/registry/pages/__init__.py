"""The pages of a registry: overview, completeness, missing data, one person, codebook"""

from medark.sdk.registry.pages.codebook import codebook
from medark.sdk.registry.pages.completeness import completeness
from medark.sdk.registry.pages.missing import missing
from medark.sdk.registry.pages.overview import overview
from medark.sdk.registry.pages.person import person

__all__ = ["codebook", "completeness", "missing", "overview", "person"]
