"""OMOP vocabularies: loaded as Athena gives them, merged with what is shipped, served to sessions and by code"""

from medark.store.vocabulary.codes import Found
from medark.store.vocabulary.report import VocabularyReport
from medark.store.vocabulary.vocabulary import Vocabulary

__all__ = ["Found", "Vocabulary", "VocabularyReport"]
