-- frames of rows: before, after, up to, from; an empty frame gives NULL, and counts 0
-- table t
--   d date     | n integer
--   2024-01-01 | 1
--   2024-01-02 | 2
--   2024-01-03 | NULL
--   2024-01-04 | 8
select d, sum(n) over (order by d rows between 1 preceding and 1 following) as about,
  sum(n) over (order by d rows between unbounded preceding and 1 preceding) as before_,
  count(n) over (order by d rows between 1 following and unbounded following) as after_,
  max(n) over (order by d desc rows between unbounded preceding and current row) as so_far,
  avg(n) over (order by d rows between 2 preceding and current row) as mean3,
  min(n) over (order by d rows between 1 following and 2 following) as next_, last_value(n) over (order by d) as last_ from t
order by d
-- gives
--   d          | about | before_ | after_ | so_far | mean3 | next_ | last_
--   2024-01-01 | 3     | NULL    | 2      | 8      | 1     | 2     | 1
--   2024-01-02 | 3     | 1       | 1      | 8      | 1.5   | 8     | 2
--   2024-01-03 | 10    | 3       | 1      | 8      | 1.5   | 8     | NULL
--   2024-01-04 | 8     | 3       | 0      | 8      | 5     | NULL  | 8
