-- a name of WITH hides a table and an outer name, and is seen by those after it only
-- table t
--   n integer
--   1
--   2
with u as (select n + 10 as n from t), v as (with u as (select n * 2 as n from u) select n from u), t as (select n from v where n > 22)
select t.n, u.n as u from t cross join u order by t.n, u.n
-- gives
--   n  | u
--   24 | 11
--   24 | 12
