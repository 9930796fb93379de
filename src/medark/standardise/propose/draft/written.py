"""A draft written as a map: TOML with each line's chance and evidence beside it"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from medark.standardise.propose.draft.identity_number import FUNCTIONS as NUMBERS
from medark.standardise.propose.draft.parts import Draft, JoinDraft, Line, TargetDraft, quoted
from medark.standardise.propose.draft.times import FUNCTIONS as TIMES

MADE = "proposed by medark; see docs/reference/propose.md"


def source_toml(name: str, title: str, zone: str, drafts: Sequence[Draft]) -> str:
    """source.toml: dictionaries and places first, then people, visits, and what happened to them."""
    order = sorted(drafts, key=lambda draft: (_RANK.get(draft.kind, 5), draft.table))
    lines = [
        f"name = {_text(name)}", f"title = {_text(title)}", f"documentation = {_text(MADE)}",
        'time = "Local times as they are written, without a zone."', f"time_zone = {_text(zone)}",
        f"tables = {_list([draft.table for draft in order])}",
    ]  # fmt: skip
    said = "\n".join(line.expression for draft in drafts for target in draft.targets for line in target.lines)
    functions = [(f"{form}_time", "time", *told) for form, told in TIMES.items()]
    functions += [(name, "number", *told) for name, told in NUMBERS.items()]
    for name, argument, about, sql in functions:
        if f"{name}(" in said:
            lines += ["", f"[function.{name}]", f"about = {_text(about)}"]
            lines += [f"arguments = [{_text(argument)}]", f"sql = {_text(sql)}"]
    return "\n".join(lines) + "\n"


_RANK = {"dictionary": 0, "dept": 1, "staff": 1, "patient": 2, "visit": 3, "stay": 4}


def table_toml(draft: Draft) -> str:
    """A table's file."""
    needed, may = _needs(draft)
    lines = [
        f"# A {draft.kind} table: {draft.kind_chance:.2f}",
        f"about = {_text(f'{draft.table} ({draft.kind})')}",
        f"needs = {_list(needed)}",
        *([f"may_have = {_list(may)}"] if may else []),
    ]
    read = {*needed, *may}
    left = {column: reason for column, reason in draft.nothing.items() if column.lower() not in read}
    if left:
        lines += ["", "[not_read]", *(f"{_text(c.lower())} = {_text(reason)}" for c, reason in left.items())]
    for join in draft.joins:
        lines += [
            "",
            f"[join.{join.name}]",
            f"table = {_text(join.table)}",
            f"on = {{ {_on(join)} }}",
        ]
    for name, pairs in draft.values.items():
        lines += ["", f"[values.{name}]", *(f"{_text(k)} = {_text(v)}" for k, v in pairs.items())]
    if draft.every_row:
        lines += ["", "[every_row]", 'outcome = "excluded"', f"reason = {_text(draft.every_row)}"]
    for issue in draft.issues:
        lines += [
            "",
            f"# {issue.chance:.2f}",
            "[[issue]]",
            f"when = {_text(issue.when)}",
            f"outcome = {_text(issue.outcome)}",
        ]
        lines += [f"reason = {_text(issue.reason)}", f"place = {_text(issue.place)}"]
    for target in draft.targets:
        lines += ["", *_target(target)]
    return "\n".join(lines) + "\n"


def _on(join: JoinDraft) -> str:
    """Which row of the other table: the list, where it has many, and the key."""
    pairs = {column.lower(): "'" + name.replace("'", "''") + "'" for column, name in join.where.items()}
    pairs[join.key.lower()] = quoted(join.column)
    return ", ".join(f"{_text(column)} = {_text(expression)}" for column, expression in pairs.items())


def _target(target: TargetDraft) -> list[str]:
    lines = [f"[[{target.staging}]]"]
    lines += [f"where = {_text(target.where)}"] if target.where else []
    if target.fixed:
        lines.append(f"fixed = {{ {', '.join(f'{k} = {_text(v)}' for k, v in target.fixed.items())} }}")
    seen: set[str] = set()
    for line in target.lines:
        if line.field not in seen:
            seen.add(line.field)
            lines.append(f"{line.field} = {_text(line.expression)}  # {_evidence(line)}")
    return lines


def _evidence(line: Line) -> str:
    return f"{line.chance:.2f}" + (f" {'; '.join(line.why)}".replace("\n", " ") if line.why else "")


def _needs(draft: Draft) -> tuple[list[str], list[str]]:
    """What tells that a file is this table: all that is read; a dictionary's columns all."""
    if draft.every_row:
        return sorted(column.lower() for column in draft.columns), []
    read = {c.lower() for t in draft.targets for c in t.columns} | {join.column.lower() for join in draft.joins}
    read |= {issue.place.lower() for issue in draft.issues}
    read |= {column.lower() for column in draft.looked_up}
    order = [column.lower() for column in draft.columns]
    return [c for c in order if c in read], []


def _text(value: str) -> str:
    """A TOML string: JSON's escapes are a part of TOML's."""
    return json.dumps(value, ensure_ascii=False)


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"
