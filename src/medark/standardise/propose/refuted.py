"""What a column can't be, however near its name is: its own words or its values speak against it"""

from __future__ import annotations

import re
from typing import Final

from medark.standardise.propose.names import Element, NameScore, concepts, elements, folded, is_initials, tokens
from medark.standardise.propose.profile import ColumnProfile

# Words for somebody beside the patient.
_OTHERS_ZH: Final = (
    "新生儿", "婴儿", "胎儿", "父亲", "母亲", "父母", "家长", "家属", "亲属", "配偶", "丈夫", "妻子", "子女",
    "联系人", "联络人", "连络人", "监护人", "陪护", "代理人", "担保人",
)  # fmt: skip
_OTHERS: Final = frozenset((
    "mother", "maternal", "father", "paternal", "parent", "parents", "guardian", "kin", "nok", "relative", "contact",
    "spouse", "husband", "wife", "partner", "newborn", "neonate", "baby", "infant", "fetus", "fetal", "foetus",
    "foetal", "mutter", "vater", "eltern", "ehepartner", "vormund", "angehoeriger", "neugeborenes", "mere", "pere",
    "conjoint", "tuteur", "madre", "padre", "conyuge", "tutor",
))  # fmt: skip
# The same words in Latin letters, with which a name begins; 新生儿, 联系人 and 监护人 also by their first letters.
_BEGINNINGS: Final = (
    "xinshenger", "yinger", "taier", "fuqin", "muqin", "jiazhang", "jiashu", "peiou", "lianxiren", "jianhuren",
    "peihu", "xse", "lxr", "jhr",
)  # fmt: skip
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PERSONS: Final = frozenset((
    "person_key", "survivor_key", "id", "gender", "birth_time", "age", "race", "ethnicity", "death_time", "loc",
    "wide", "obs",
))  # fmt: skip
# Words that say of a number only that it is one.
_GENERAL: Final = frozenset(
    [
        "评分",
        "得分",
        "分值",
        "总分",
        "分数",
        "值",
        "数值",
        "结果",
        "score",
        "scores",
        "total",
        "value",
        "result",
        "points",
    ]
)
_TOLD: Final = ("frequency", "route")  # forms that show by themselves what they are
_SURE, _HALF = 0.9, 0.5  # of values
_MARKS: Final = frozenset({"void_flag", "valid_flag"})


def is_refuted(profile: ColumnProfile, element: str, score: NameScore | None) -> bool:
    """Do a column's own words, or its values, say that it is something else than an element? `score`: of its name."""
    one, exact = elements()[element], score is not None and score.exact > 0
    if _says_another(profile, one):
        return True
    if one.slot.startswith(("wide:", "obs:")) and not exact and _is_general(profile.name):
        return True
    if element in _MARKS and not exact and is_initials(profile.name):
        return "cancel" not in concepts(profile.name, pinyin=True)
    return _slot(one) in _PERSONS and is_of_another(profile.name)


def is_of_another(name: str) -> bool:
    """Does a name tell of somebody beside the patient?

    >>> is_of_another("新生儿体重"), is_of_another("mother_mrn"), is_of_another("体重")
    (True, True, False)
    """
    plain = folded(name)
    words = {word.lower() for word in _WORD.findall(plain)}
    return any(word in plain for word in _OTHERS_ZH) or bool(words & _OTHERS) or plain.lower().startswith(_BEGINNINGS)


def _slot(one: Element) -> str:
    return one.slot.partition(":")[0].partition(".")[0]


def _says_another(profile: ColumnProfile, one: Element) -> bool:
    """Values that are how often a drug is given are not how it is given, whatever the column is called."""
    if one.tests not in _TOLD or profile.share(one.tests) >= _HALF:
        return False
    return any(profile.share(form) >= _SURE for form in _TOLD if form != one.tests)


def _is_general(name: str) -> bool:
    words = tokens(name)
    return bool(words) and _GENERAL.issuperset(words)
