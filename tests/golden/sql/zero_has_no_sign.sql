-- 0 and -0 are one group, one key, one distinct value
-- table t
--   x double
--   0.0
--   -0.0
--   1
select a.n, a.many, (select count(*) from t as b where b.x = 0.0) as zeros, (select count(distinct x) from t) as kinds,
  (select count(*) from (select x from t union select x from t) as u) as united
from (select count(*) as n, max(many) as many from (select x, count(*) as many from t group by x) as g) as a
-- gives
--   n | many | zeros | kinds | united
--   2 | 2    | 2     | 2     | 2
