-- a WITH inside a query names for that query only: the table of the same name outside stays what it is
-- table t
--   n integer
--   1
--   2
select a.n, b.n as m from (with t as (select 7 as n) select n from t) as a cross join t as b order by b.n
-- gives
--   n | m
--   7 | 1
--   7 | 2
