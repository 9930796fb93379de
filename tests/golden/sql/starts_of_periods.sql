-- the first day of the year, quarter, month, week (Monday) and day that a date or time is in
-- table t
--   d date     | ts timestamp
--   2024-01-01 | 2024-01-01 00:00:00
--   2024-12-30 | 2024-12-30 23:59:59.999999
--   2021-01-03 | 2021-01-03 12:00:00
--   2024-02-29 | NULL
select d, cast(date_trunc('year', d) as date) as y, cast(date_trunc('quarter', d) as date) as q,
  cast(date_trunc('month', d) as date) as m, cast(date_trunc('week', d) as date) as w,
  cast(date_trunc('week', ts) as date) as tw, cast(date_trunc('day', ts) as date) as td from t
-- gives
--   d          | y          | q          | m          | w          | tw         | td
--   2024-01-01 | 2024-01-01 | 2024-01-01 | 2024-01-01 | 2024-01-01 | 2024-01-01 | 2024-01-01
--   2024-12-30 | 2024-01-01 | 2024-10-01 | 2024-12-01 | 2024-12-30 | 2024-12-30 | 2024-12-30
--   2021-01-03 | 2021-01-01 | 2021-01-01 | 2021-01-01 | 2020-12-28 | 2020-12-28 | 2021-01-03
--   2024-02-29 | 2024-01-01 | 2024-01-01 | 2024-02-01 | 2024-02-26 | NULL       | NULL
