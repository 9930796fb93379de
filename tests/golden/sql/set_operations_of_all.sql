-- EXCEPT ALL and INTERSECT ALL count; rows are compared whole, NULL equals NULL
-- table t
--   g varchar | n integer
--   a         | 1
--   a         | 1
--   a         | NULL
--   b         | 1
-- table u
--   g varchar | n integer
--   a         | 1
--   a         | NULL
select 'except all' as op, g, n from (select g, n from t except all select g, n from u) as e
union all select 'intersect all', g, n from (select g, n from t intersect all select g, n from t) as i
union all select 'except', g, n from (select g, n from t except select g, n from u) as x
-- gives
--   op            | g | n
--   except all    | a | 1
--   except all    | b | 1
--   intersect all | a | 1
--   intersect all | a | 1
--   intersect all | a | NULL
--   intersect all | b | 1
--   except        | b | 1
