-- without rows: counts are 0, all else is NULL; with GROUP BY there is no group
-- table t
--   n integer | x double | s varchar | b boolean
select count(*) as many, count(n) as known, count(distinct s) as kinds, sum(n) as total, avg(x) as mean, min(s) as least_,
  max(x) as most, bool_or(b) as any_, bool_and(b) as all_, max_by(s, n) as last_, sum(case when b then 1 else 0 end) as cases,
  count(*) filter (where b) as filtered, (select count(*) from (select s from t group by s) as g) as groups from t
-- gives
--   many | known | kinds | total | mean | least_ | most | any_ | all_ | last_ | cases | filtered | groups
--   0    | 0     | 0     | NULL  | NULL | NULL   | NULL | NULL | NULL | NULL  | NULL  | 0        | 0
