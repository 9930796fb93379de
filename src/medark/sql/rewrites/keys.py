"""Surrogate keys: text to a number that is the same on every engine"""

from __future__ import annotations

from medark.sql.rewrites.template import Template

# The first 15 hexadecimal digits of MD5: 60 bits, so never negative and always under 2^60. NULL stays NULL.
key_hash = Template(
    "key_hash",
    ("text",),
    duckdb="CAST('0x' || SUBSTRING(MD5(:text), 1, 15) AS BIGINT)",
    spark="CAST(CONV(SUBSTRING(MD5(:text), 1, 15), 16, 10) AS BIGINT)",
)

FUNCTIONS = {"key_hash": key_hash}
