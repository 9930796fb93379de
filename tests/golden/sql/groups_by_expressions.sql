-- groups of an expression, of a name in the result, of a place in it; HAVING may name a result
-- table t
--   d date     | n integer
--   2024-01-05 | 1
--   2024-01-31 | 2
--   2024-02-01 | 5
--   NULL       | 7
select extract(month from d) as m, sum(n) as total, count(*) + 1 as more, max(n) - min(n) as range_
from t group by extract(month from d) having sum(n) > 2 and max(n) < 9 order by m
-- gives
--   m    | total | more | range_
--   1    | 3     | 3    | 1
--   2    | 5     | 2    | 0
--   NULL | 7     | 2    | 0
