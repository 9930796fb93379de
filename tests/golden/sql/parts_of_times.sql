-- parts of a time, days between, the start of a month, quarter, year and week (Monday)
-- table t
--   ts timestamp        | b date
--   2024-02-29 10:11:12 | 2024-03-01
--   2024-12-31 23:59:59 | 2024-12-31
--   2023-01-01 00:00:00 | NULL
select extract(year from ts) as y, extract(quarter from ts) as q, extract(month from ts) as m, extract(day from ts) as d,
  extract(hour from ts) as h, extract(minute from ts) as i, date_diff('day', ts, b) as days,
  cast(date_trunc('month', ts) as date) as month_, cast(date_trunc('week', ts) as date) as week_
from t
-- gives
--   y    | q | m  | d  | h  | i  | days | month_     | week_
--   2024 | 1 | 2  | 29 | 10 | 11 | 1    | 2024-02-01 | 2024-02-26
--   2024 | 4 | 12 | 31 | 23 | 59 | 0    | 2024-12-01 | 2024-12-30
--   2023 | 1 | 1  | 1  | 0  | 0  | NULL | 2023-01-01 | 2022-12-26
