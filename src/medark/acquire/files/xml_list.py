"""Is this XML a list of records? An element comes again and again, with elements or attributes in it; by eye"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from medark.acquire.files.xml import Root

_DEEPEST = 5  # levels that may frame the records
_TOKEN = re.compile(
    r"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?P<close>/?)(?:[\w.-]+:)?(?P<name>[\w.-]+)"""
    r"""(?P<attributes>(?>[^<>"'/]+|"[^"]*"|'[^']*'|/(?!>))*)(?P<empty>/?)>""",
    re.DOTALL,
)
# Descriptions, programs, pages and pictures repeat elements too. Their namespaces, and roots of those without one.
_NO_DATA = ("http://www.w3.org/", "http://maven.apache.org/", "http://schemas.microsoft.com/", "http://schemas.openxml")
_NO_ROOTS = frozenset({
    "ItemGroup", "beans", "checkstyle", "config", "configuration", "coverage", "definitions", "feed", "grammar",
    "module", "package", "plist", "project", "resources", "rss", "schema", "stylesheet", "svg", "testsuite",
    "testsuites", "transform", "web-app", "wsdl",
})  # fmt: skip


def is_list(root: Root, text: str) -> bool:
    """Does the head of an XML file show records? One of them alone counts where its root is called after it."""
    if root.namespace.startswith(_NO_DATA) or root.name in _NO_ROOTS:
        return False
    counts: dict[tuple[int, ...], Counter[str]] = defaultdict(Counter)
    bare: Counter[tuple[int, str]] = Counter()  # elements with text at most
    for place, name, has_parts in _elements(text):
        counts[place][name] += 1
        bare[len(place), name] += not has_parts
    for place in sorted(counts, key=len):
        for name, count in counts[place].items():
            if count > 1 and bare[len(place), name] < count / 2:
                return True
        if len(place) > _DEEPEST:
            break
    (only, *others) = counts.get((0,), {"": 0})
    return not others and bool(only) and only.lower() in root.name.lower() and not bare[1, only]


def _elements(text: str) -> Iterator[tuple[tuple[int, ...], str, bool]]:
    """Elements below the root: where their parent stands, their name, and whether there is more in them than text."""
    path: list[tuple[int, str, bool]] = []  # number, name, has parts
    number = 0
    for token in _TOKEN.finditer(text):
        if not token["name"]:
            continue
        if not token["close"]:
            if path:
                path[-1] = (*path[-1][:2], True)
            path.append((number, token["name"], "=" in token["attributes"]))
            number += 1
        if (token["close"] or token["empty"]) and path:
            _, name, has_parts = path.pop()
            if 0 < len(path) <= _DEEPEST:
                yield tuple(n for n, _, _ in path), name, has_parts
