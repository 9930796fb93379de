-- parts of a date: its hours and minutes are 0
-- table t
--   d date
--   2024-02-29
--   0999-12-31
--   NULL
select d, extract(year from d) as y, extract(quarter from d) as q, extract(month from d) as m, extract(day from d) as day,
  extract(hour from d) as h, extract(minute from d) as i, extract(year from d) * 10000 + extract(month from d) as ym from t
-- gives
--   d          | y    | q    | m    | day  | h    | i    | ym
--   2024-02-29 | 2024 | 1    | 2    | 29   | 0    | 0    | 20240002
--   0999-12-31 | 999  | 4    | 12   | 31   | 0    | 0    | 9990012
--   NULL       | NULL | NULL | NULL | NULL | NULL | NULL | NULL
