-- NULL without a type beside others, in a union, in CASE, as a column
-- table t
--   n integer
--   1
--   NULL
select n, null as none_, case when n = 1 then null else 'x' end as c, coalesce(null, n) as co, nullif(n, 1) as nu, null = n as eq,
  cast(null as date) as d, cast(null as double) + 1 as x from t union all select 2, null, null, 3, null, null, date '2024-01-01', 2
-- gives
--   n    | none_ | c    | co   | nu   | eq   | d          | x
--   1    | NULL  | NULL | 1    | NULL | NULL | NULL       | NULL
--   NULL | NULL  | x    | NULL | NULL | NULL | NULL       | NULL
--   2    | NULL  | NULL | 3    | NULL | NULL | 2024-01-01 | 2
