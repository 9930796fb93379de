-- set operations keep one row of each, union all keeps all; NULL equals NULL there
-- table t
--   x varchar
--   a
--   a
--   NULL
--   b
-- table u
--   x varchar
--   NULL
--   c
with both_sides as (select x from t union select x from u),
  twice as (select distinct x from t union all select x from u)
select 'union' as op, count(*) as n from both_sides
union all select 'union all', count(*) from twice
union all select 'except', count(*) from (select x from t except select x from u) as e
union all select 'intersect', count(*) from (select x from t intersect select x from u) as i
-- gives
--   op        | n
--   union     | 4
--   union all | 5
--   except    | 2
--   intersect | 1
