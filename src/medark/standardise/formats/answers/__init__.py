"""Forms that applications keep: what people filled in about one person"""

from medark.standardise.formats.answers.reader import AnswersReader

READER = AnswersReader()
