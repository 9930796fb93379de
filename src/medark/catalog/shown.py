"""Which values a map may show: never those that could point at a person

A column's frequent values are shown when it is no key, no free text and nothing that identifies, and a value when at
least FEWEST rows hold it. Source: GB/T 39725-2020 (levels 1 and 2 may be shown within an organisation; identifying
data are level 4 and above); small cells as in HIPAA practice (fewer than 11 is not shown).
"""

from __future__ import annotations

import re

from medark.model.table import Column, Type

FEWEST = 11  # rows
MOST_DISTINCT = 1000  # values; a column with more is an identifier or free text

KEY, TEXT, IDENTIFIER, MANY = "a key", "free text", "identifies people", "too many different values"

_FREE_TEXT = frozenset({
    "note_text", "note_title", "value_as_string", "value_source_value", "sig", "lexical_variant", "snippet",
    "term_modifiers", "wadors_uri", "local_path", "image_study_uid", "image_series_uid", "unique_device_id",
    "production_id", "lot_number",
})  # fmt: skip
_IDENTIFIERS = frozenset({
    "person_source_value", "year_of_birth", "provider_source_value", "provider_name", "npi", "dea", "address_1",
    "address_2", "zip", "location_source_value", "latitude", "longitude", "birth_datetime", "day_of_birth",
    "month_of_birth",
})  # fmt: skip
# What a column of a raw table is called when it names or numbers a person, in the languages that come.
_IDENTIFYING = re.compile(
    r"(^|_)(id|ids|uid|uuid|guid|mrn|ssn|key|no|num|number|identifier|subject|patient|person|hadm|name|first|last"
    r"|maiden|phone|tel|mobile|email|mail|address|street|zip|postcode|passport|drivers|license|birth|birthdate|dob"
    r"|lat|lon|latitude|longitude|account)(_|$)"
    r"|姓名|身份证|证件|电话|手机|地址|住址|号$|编号|卡号|病案号|住院号|门诊号|出生|邮箱|联系人",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def masked_omop(column: Column) -> str:
    """Why the values of an OMOP column are not shown; "" if they may be.

    >>> masked_omop(Column("unit_source_value", Type.TEXT)), masked_omop(Column("person_id", Type.BIGINT))
    ('', 'a key')
    """
    if column.name in _IDENTIFIERS:
        return IDENTIFIER
    if column.type is Type.BIGINT:
        return KEY
    if column.name in _FREE_TEXT:
        return TEXT
    return ""


def masked_raw(column: str) -> str:
    """The same for a column of a file, judged by its name.

    >>> masked_raw("subject_id"), masked_raw("PatientName"), masked_raw("住院号"), masked_raw("insurance")
    ('identifies people', 'identifies people', 'identifies people', '')
    """
    return IDENTIFIER if _IDENTIFYING.search(_WORD.sub("_", column)) else ""
