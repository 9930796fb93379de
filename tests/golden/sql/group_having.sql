-- groups: NULL is a group of its own; aggregates leave NULL out; of nothing they are NULL, counts are 0
-- table t
--   g varchar | n integer | ok boolean
--   a         | 1         | true
--   a         | 1         | false
--   a         | NULL      | NULL
--   NULL      | 4         | true
--   b         | NULL      | NULL
select g, count(*) as many, count(n) as known, count(distinct n) as kinds, sum(n) as total, sum(distinct n) as once,
  avg(n) as mean, min(n) as least_, max(n) as most, bool_or(ok) as any_ok, bool_and(ok) as all_ok,
  count(*) filter (where n = 1) as ones, sum(n) filter (where n > 9) as none_
from t group by g having count(*) > 0
-- gives
--   g    | many | known | kinds | total | once | mean | least_ | most | any_ok | all_ok | ones | none_
--   a    | 3    | 2     | 1     | 2     | 1    | 1    | 1      | 1    | true   | false  | 2    | NULL
--   NULL | 1    | 1     | 1     | 4     | 4    | 4    | 4      | 4    | true   | true   | 0    | NULL
--   b    | 1    | 0     | 0     | NULL  | NULL | NULL | NULL   | NULL | NULL   | NULL   | 0    | NULL
