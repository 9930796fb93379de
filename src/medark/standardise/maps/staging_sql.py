"""Maps compiled: each target of each table that is there to one query over the raw relations"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from medark.errors import MappingError
from medark.model.staging import STAGING
from medark.sql.query import parse
from medark.standardise.maps.expression import ROW, Expression
from medark.standardise.maps.table_map import Issue, Join, TableMap, Target

GIVES_NOTHING = "the row lacks what every use of it needs"  # a row that no target takes and no issue explains
_ORDER = "record_no * 4294967296 + row_no"
_NULL = exp.cast(exp.Null(), "VARCHAR")

Tables = Mapping[str, TableMap]
Present = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class StagingQuery:
    """Rows of one staging table, by column name (those left out are NULL), as a portable query over `reads`."""

    staging: str
    sql: str
    reads: tuple[str, ...]  # raw_<table> relations: the mapped table first, then tables it joins


def queries(
    source: str, tables: Tables, present: Present | Collection[str], *, counted: bool = False
) -> list[StagingQuery]:
    """The queries of every table of `present`, in the source's order: its targets, its issues, its count."""
    there = _columns_there(source, tables, present)
    names = [name for name in tables if name in there]
    return [query for name in names for query in _table_queries(tables, tables[name], there, counted)]


def columns_read(tables: Tables, name: str) -> frozenset[str]:
    """Columns of table `name` that its own expressions or joins of other tables read."""
    own = {column for found in tables[name].expressions for table, column in found.columns if table == ROW}
    own |= {c for join in tables[name].joins.values() for e in join.on.values() for t, c in e.columns if t == ROW}
    for other in tables.values():
        for join in other.joins.values():
            if join.table == name:
                own |= set(join.on) | _columns_of(other, join)
    return frozenset(own)


def _columns_there(source: str, tables: Tables, present: Present | Collection[str]) -> Present:
    for name in present:
        if name not in tables:
            raise MappingError(f"{source} has no table {name}", fix="see what maps.recognise says", source=source)
    if isinstance(present, Mapping):
        return {name: frozenset(c.lower() for c in columns) for name, columns in present.items()}
    return {name: tables[name].readable for name in present}


def _table_queries(tables: Tables, table: TableMap, there: Present, counted: bool) -> Iterator[StagingQuery]:
    for target in table.targets if table.whole_outcome is None else ():
        yield _compiled(target.staging, _target(table, target), tables, table, there)
    if table.issues or not any(target.staging for target in table.targets if _takes_every_row(target)):
        told = _told(table)
        query = _compiled("unit_issue", _numbered(told), tables, table, there)
        yield replace(query, sql=_issues(query.sql, told, counted=counted))
    count = "SELECT record_no, 0 AS row_no, 0 AS part_no, 'row' AS unit, COUNT(*) AS units"
    yield StagingQuery("unit_count", f"{count} FROM raw_{table.name} GROUP BY record_no", (f"raw_{table.name}",))


def _target(table: TableMap, target: Target) -> exp.Select:
    cells = [exp.column("record_no", ROW), exp.column("row_no", ROW), exp.alias_(_number(target.part_no), "part_no")]
    cells += [exp.alias_(found.tree.copy(), name) for name, found in target.columns.items()]
    return exp.select(*cells).where(*_taken(target), *(exp.not_(_sure(issue.when)) for issue in table.issues))


def _taken(target: Target) -> list[exp.Expression]:
    """When a row gives this target: its condition holds, and what the staging table needs is there."""
    required = {c.name for c in STAGING[target.staging].columns if c.required}
    needed = {e.tree.sql(): e for name, e in target.columns.items() if name in required and not e.is_constant}
    there = [exp.not_(exp.Is(this=exp.paren(e.tree.copy()), expression=exp.Null())) for e in needed.values()]
    return ([target.where.tree.copy()] if target.where is not None else []) + there


def _takes_every_row(target: Target) -> bool:
    return not _taken(target)


def _told(table: TableMap) -> list[Issue]:
    """Why a row may give nothing: the issues of its table, and that no target takes it."""
    if table.whole_outcome is not None:
        return list(table.issues)
    taken = [exp.func("coalesce", exp.and_(*_taken(target)), exp.false()) for target in table.targets]
    left = Expression("", exp.not_(exp.paren(exp.or_(*taken))))
    return [*table.issues, Issue(left, "quarantined", GIVES_NOTHING)]


def _numbered(told: Sequence[Issue]) -> exp.Select:
    """Rows that give nothing, each with the place in `told` of the first issue that holds."""
    first = exp.Case()
    for number, issue in enumerate(told):
        first = first.when(issue.when.tree.copy(), _number(number))
    return exp.select(exp.column("record_no", ROW), exp.column("row_no", ROW), exp.alias_(first, "issue_no")).where(
        exp.or_(*(issue.when.tree.copy() for issue in told))
    )


def _issues(numbered: str, told: Sequence[Issue], *, counted: bool) -> str:
    """unit_issue rows of numbered ones; with `counted`, one for all that are excluded for the same reason."""
    cells = {name: _word([getattr(issue, name) for issue in told]) for name in ("outcome", "reason", "place")}
    words = ", ".join(f"{sql} AS {name}" for name, sql in cells.items())
    if not counted:
        return f"SELECT record_no, row_no, 0 AS part_no, {words} FROM ({numbered}) AS told"
    alone = [str(number) for number, issue in enumerate(told) if issue.outcome != "excluded"]
    each = f", CASE WHEN issue_no IN ({', '.join(alone)}) THEN row_no END" if alone else ""
    return (
        f"SELECT record_no, MIN(row_no) AS row_no, 0 AS part_no, {words}, COUNT(*) AS units"
        f" FROM ({numbered}) AS told GROUP BY record_no, issue_no{each}"
    )


def _word(words: Sequence[str | None]) -> str:
    """The word of the issue that `issue_no` names."""
    if len(set(words)) == 1:
        return _literal(words[0])
    cases = " ".join(f"WHEN {number} THEN {_literal(word)}" for number, word in enumerate(words))
    return f"CASE issue_no {cases} END"


def _literal(word: str | None) -> str:
    return (_NULL if word is None else exp.Literal.string(word)).sql(dialect="duckdb")


def _compiled(staging: str, select: exp.Select, tables: Tables, table: TableMap, there: Present) -> StagingQuery:
    """`select` over the mapped table and the joins that it uses, all cells '' read as NULL."""
    used = {column.table for column in select.find_all(exp.Column)}
    joins = [join for join in table.joins.values() if join.name in used]
    read = {c.name for c in select.find_all(exp.Column) if c.table == ROW} - {"record_no", "row_no"}
    read |= {c for join in joins for e in join.on.values() for t, c in e.columns if t == ROW}
    cells = ["record_no", "row_no", *(_cell(c, c in there[table.name]) for c in sorted(read))]
    query = select.from_(_relation(cells, table.name, ROW))
    reads = [f"raw_{table.name}"]
    for join in joins:
        columns = {c.name for c in select.find_all(exp.Column) if c.table == join.name}
        query = query.join(_dictionary(join, columns, there), on=_matches(join), join_type="left")
        reads += [f"raw_{join.table}"] if join.table in there else []
    return StagingQuery(staging, query.sql(dialect="duckdb"), tuple(dict.fromkeys(reads)))


def _relation(cells: Sequence[str], table: str, alias: str, tail: str = "") -> exp.Expression:
    return _subquery(f"SELECT {', '.join(cells)} FROM raw_{table}{tail}", alias)


def _subquery(sql: str, alias: str) -> exp.Subquery:
    tree = parse(sql).tree
    return exp.Subquery(this=tree, alias=exp.TableAlias(this=exp.to_identifier(alias)))


def _cell(column: str, is_there: bool) -> str:
    name = _quoted(column)
    return f"NULLIF({name}, '') AS {name}" if is_there else f"CAST(NULL AS VARCHAR) AS {name}"


def _dictionary(join: Join, columns: Collection[str], there: Present) -> exp.Expression:
    """One row a key: of several, the latest word on each column. Empty when its table is not there."""
    keys = [_quoted(key) for key in join.on]
    columns = [_quoted(column) for column in columns]
    if join.table not in there:
        cells = [f"CAST(NULL AS VARCHAR) AS {name}" for name in (*keys, *(c for c in sorted(columns) if c not in keys))]
        return _subquery(f"SELECT {', '.join(cells)} WHERE FALSE", join.name)
    present = {_quoted(column) for column in there[join.table]}
    cells = [f"{name} AS {name}" for name in keys]
    for column in sorted(set(columns) - set(keys)):
        value = f"NULLIF({column}, '')" if column in present else "CAST(NULL AS VARCHAR)"
        cells.append(f"MAX_BY({value}, {_ORDER}) AS {column}")
    return _relation(cells, join.table, join.name, f" GROUP BY {', '.join(keys)}")


def _matches(join: Join) -> exp.Condition:
    return exp.and_(*(exp.column(column, join.name).eq(found.tree.copy()) for column, found in join.on.items()))


def _sure(found: Expression) -> exp.Func:
    return exp.func("coalesce", exp.paren(found.tree.copy()), exp.false())


def _columns_of(table: TableMap, join: Join) -> set[str]:
    return {column for found in table.expressions for name, column in found.columns if name == join.name}


def _quoted(column: str) -> str:
    """Always quoted: columns of sources are called end, group, value, order …"""
    return exp.to_identifier(column, quoted=True).sql(dialect="duckdb")


def _number(value: int) -> exp.Expression:
    return exp.Literal.number(value)
