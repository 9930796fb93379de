-- CASE takes the first branch that is true; branches of whole numbers and fractions are DOUBLE
-- table t
--   n integer | x double | s varchar
--   1         | 0.5      | a
--   2         | NULL     | b
--   NULL      | 3        | NULL
select n, case when n > 0 then 1 when n > 1 then 2 end as first_, case when n = 1 then n else x end as mixed,
  case s when 'a' then date '2024-01-01' when 'b' then cast(null as date) end as day,
  case when s is null then 'none' when s in ('a', 'b') then s || s else '' end as said, coalesce(x, n, 0) as c,
  least(n, x) as l, greatest(n, x, 1) as g from t
-- gives
--   n    | first_ | mixed | day        | said | c   | l   | g
--   1    | 1      | 1     | 2024-01-01 | aa   | 0.5 | 0.5 | 1
--   2    | 1      | NULL  | NULL       | bb   | 2   | 2   | 2
--   NULL | NULL   | 3     | NULL       | none | 3   | 3   | 3
