"""A definition as sentences that a clinician can check, in Chinese and English"""

from medark.define.answers.describe.definitions import describe

__all__ = ["describe"]
