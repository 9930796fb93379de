"""Names of members: bytes of any encoding to text that is safe to show, and tricks refused"""

from __future__ import annotations

import os
import re

from medark.acquire.files.budget import Refusal

_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")  # also what turns text around on a screen
_SHOWN = 400  # characters of a hostile name


def decoded(name: bytes, *, utf8: bool = False) -> str:
    """A member's name as text. Archives seldom say their encoding: UTF-8, GB 18030, then the code page of DOS.

    >>> decoded("检验/血常规.hl7".encode("gbk"))
    '检验/血常规.hl7'
    """
    for encoding in ("utf-8",) if utf8 else ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("cp437")


def member_path(name: str, limit: int) -> str:
    """A member's path, `/` between its parts. Refusal of paths that lead out, or are no paths."""
    path = name.replace("\\", "/")
    if "\0" in path:
        raise Refusal("a NUL in its name")
    if len(path.encode("utf-8", "surrogatepass")) > limit:
        raise Refusal("its name is too long")
    if path.startswith("/") or _DRIVE.match(path):
        raise Refusal("an absolute path")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise Refusal("a path that leads out of the archive")
    if not parts:
        raise Refusal("no name")
    return "/".join(map(shown, parts))


def shown(name: str) -> str:
    r"""A name that can be printed and stored: no control characters, no lone surrogates, not endless.

    >>> shown("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    safe = _CONTROL.sub(lambda c: c[0].encode("unicode_escape").decode("ascii"), name)
    if not safe.isprintable():
        safe = safe.encode("utf-8", "backslashreplace").decode("utf-8")
    return safe if len(safe) <= _SHOWN else f"{safe[: _SHOWN // 2]}…{safe[-_SHOWN // 2 :]}"


def file_name(name: str) -> str:
    """The name of a file on disk; bytes that are not UTF-8 are read as an archive's would be."""
    raw = os.fsencode(name)
    return shown(decoded(raw))
