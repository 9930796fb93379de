"""Records compared pair by pair and weighed with splink, on DuckDB or on Spark"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from medark.errors import InternalError, MedarkError, MissingExtraError
from medark.store.engine import Session

_RECORDS: Final = "linkage_records"
_PRIOR: Final = "probability_two_random_records_match"
_MOST_PAIRS: Final = 2_000_000  # from which m and u are learnt: more say the same


@dataclass(frozen=True, slots=True)
class Learning:
    """How a model is learnt. `certain`: conditions that hardly two people fulfil, of which `recall` of all pairs of one
    person fulfil some; `agreeing`: conditions under which m is learnt by expectation maximisation, one after the other.
    """

    certain: Sequence[str]
    recall: float
    agreeing: Sequence[str]


def learnt(
    session: Session, records_sql: str, settings: Mapping[str, Any], learning: Learning
) -> dict[str, Any] | None:
    """The settings with prior, m and u as the records say. A level that the data says nothing of keeps what it had.
    None where nothing can be learnt: no two records are certainly one person's, as in one tidy register.
    """
    with _linker(session, records_sql, settings) as linker:
        from splink.internals.exceptions import EMTrainingException

        training = linker.training
        training.estimate_probability_two_random_records_match(list(learning.certain), recall=learning.recall)
        if not 0 < linker.misc.save_model_to_json()[_PRIOR] < 1:
            return None
        training.estimate_u_using_random_sampling(max_pairs=_MOST_PAIRS, seed=1)
        for rule in learning.agreeing:
            try:
                training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=_MOST_PAIRS)
            except (EMTrainingException, ValueError, ZeroDivisionError):  # no pair under it, or all are one person's
                return None
        return dict(linker.misc.save_model_to_json())


def weighed(session: Session, records_sql: str, model: Mapping[str, Any], least: float, name: str) -> None:
    """Make the relation `name`: each pair that blocking brings together and whose weight is `least` bits or more.

    Columns: unique_id_l < unique_id_r, own_id_l, own_id_r, match_weight, and of each comparison gamma_… (its level,
    0 the worst, -1 unknown) and bf_… (the Bayes factor; bf_tf_adj_… what frequent values take from it).
    """
    with _linker(session, records_sql, model) as linker:
        found = linker.inference.predict(threshold_match_weight=least)
        session.table(name, f"SELECT * FROM {found.physical_name}")


@contextmanager
def _linker(session: Session, records_sql: str, settings: Mapping[str, Any]) -> Iterator[Any]:
    """A linker over the records. What goes wrong is told without a value of anybody's."""
    try:
        import pypinyin  # noqa: F401  names are compared by their sound
        import splink
        from splink import Linker
    except ImportError:
        fix = "pip install 'medark[link]'"
        raise MissingExtraError("linking people needs a part that is not installed", fix=fix, part="splink") from None
    logging.getLogger("splink").setLevel(logging.CRITICAL)  # it would tell values
    session.table(_RECORDS, records_sql)
    api = _api(session)
    try:
        yield Linker(api.register(_RECORDS), dict(settings), log_level=logging.CRITICAL)
    except MedarkError:
        raise
    except Exception as error:  # whatever splink or its engine says may quote what they were given
        raise InternalError("linkage can't go on", kind=type(error).__name__, splink=splink.__version__) from None
    finally:
        session.drop(_RECORDS)


def _api(session: Session) -> Any:
    if session.dialect == "spark":
        return _spark_api(session.native)
    from splink.backends.duckdb import DuckDBAPI

    return DuckDBAPI(connection=session.native)


def _spark_api(spark: Any) -> Any:
    """Spark with what DuckDB calls likeness by Jaro and Winkler, and distance by Damerau: of splink's own jar."""
    import sqlglot
    from pyspark.sql.types import DoubleType
    from splink.backends.spark import SparkAPI, similarity_jar_location

    class Plain(SparkAPI):
        """Without splink's own dialect, which can't be made of one of sqlglot's that is compiled."""

        def _setup_for_execute_sql(self, sql: str, physical_name: str) -> str:
            return sqlglot.transpile(sql, read="spark", write="spark")[0]

    spark.sql(f"ADD JAR '{similarity_jar_location()}'")
    likeness = "uk.gov.moj.dash.linkage.JaroWinklerSimilarity"
    for name in ("jaro_winkler_similarity", "jarowinkler_similarity"):  # as DuckDB calls it, and as sqlglot does
        spark.udf.registerJavaFunction(name, likeness, DoubleType())
    spark.udf.registerJavaFunction("damerau_levenshtein", "uk.gov.moj.dash.linkage.LevDamerauDistance", DoubleType())
    return Plain(spark_session=spark, register_udfs_automatically=False, break_lineage_method="persist")
