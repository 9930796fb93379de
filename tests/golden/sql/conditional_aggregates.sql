-- FILTER and CASE count the same; FILTER leaves out what is not true
-- table t
--   g varchar | n integer | b boolean
--   a         | 1         | true
--   a         | 2         | NULL
--   a         | 3         | false
--   b         | 4         | false
select g, count(*) filter (where b) as f, sum(case when b then 1 else 0 end) as c, sum(n) filter (where not b) as n,
  max(n) filter (where b is null) as unknown, avg(n) filter (where n > 1) as mean, count(distinct n) filter (where n < 3) as kinds,
  min(n) filter (where b is not true) as not_true, sum(case when n > 1 then n end) as some_ from t group by g
-- gives
--   g | f | c | n | unknown | mean | kinds | not_true | some_
--   a | 1 | 1 | 3 | 2       | 2.5  | 2     | 2        | 5
--   b | 0 | 0 | 4 | NULL    | 4    | 0     | 4        | 4
