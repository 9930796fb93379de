"""What a definition answers without being run: what it reads, what triggers it, what it says, its written form"""

from medark.define.answers.describe import describe
from medark.define.answers.reading import from_json
from medark.define.answers.reads import reads
from medark.define.answers.triggers import TIME, Trigger, triggers
from medark.define.answers.writing import digest, to_json

__all__ = ["TIME", "Trigger", "describe", "digest", "from_json", "reads", "to_json", "triggers"]
