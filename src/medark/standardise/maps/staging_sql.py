"""Maps compiled: each target of each table that is there to one query over the raw relations"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from medark.errors import MappingError
from medark.model.staging import STAGING
from medark.sql.query import parse
from medark.standardise.maps.expression import ROW, Expression
from medark.standardise.maps.table_map import Join, TableMap, Target

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


def queries(source: str, tables: Tables, present: Present | Collection[str]) -> list[StagingQuery]:
    """The queries of every table of `present`, in the source's order: its targets, its issues, its count."""
    there = _columns_there(source, tables, present)
    return [query for name in tables if name in there for query in _table_queries(tables, tables[name], there)]


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


def _table_queries(tables: Tables, table: TableMap, there: Present) -> Iterator[StagingQuery]:
    for target in table.targets if table.whole_outcome is None else ():
        yield _compiled(target.staging, _target(table, target), tables, table, there)
    if table.issues or not any(target.staging for target in table.targets if _takes_every_row(target)):
        yield _compiled("unit_issue", _issues(table), tables, table, there)
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


def _issues(table: TableMap) -> exp.Select:
    """Rows that give nothing: the first issue that holds, else that no target takes them."""
    told: list[tuple[exp.Expression, str, str, str | None]]
    told = [(issue.when.tree.copy(), issue.outcome, issue.reason, issue.place) for issue in table.issues]
    if table.whole_outcome is None:
        taken = [exp.func("coalesce", exp.and_(*_taken(t)), exp.false()) for t in table.targets]
        told.append((exp.not_(exp.paren(exp.or_(*taken))), "quarantined", GIVES_NOTHING, None))
    cells = [exp.column("record_no", ROW), exp.column("row_no", ROW), exp.alias_(_number(0), "part_no")]
    cells += [
        exp.alias_(_first([(when, outcome) for when, outcome, _, _ in told]), "outcome"),
        exp.alias_(_first([(when, reason) for when, _, reason, _ in told]), "reason"),
        exp.alias_(_first([(when, place) for when, _, _, place in told]), "place"),
    ]
    return exp.select(*cells).where(exp.or_(*(when.copy() for when, *_ in told)))


def _first(told: Sequence[tuple[exp.Expression, str | None]]) -> exp.Expression:
    values = {value for _, value in told}
    if values == {None}:
        return _NULL.copy()
    if len(values) == 1:
        return exp.Literal.string(told[0][1] or "")
    case = exp.Case()
    for when, value in told:
        case = case.when(when.copy(), _NULL.copy() if value is None else exp.Literal.string(value))
    return case


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
