-- what is moved out of the years 1 to 9999 is NULL
-- table t
--   d date     | ts timestamp
--   9999-12-31 | 9999-12-31 23:59:59
--   0001-01-01 | 0001-01-01 00:00:00
--   2024-02-29 | 2024-02-29 12:00:00
--   NULL       | NULL
select d, in_calendar(cast(d + interval 1 day as date)) as later,
  in_calendar(cast(d - interval 1 month as date)) as earlier,
  in_calendar(cast(ts + interval 1 second as timestamp)) as moment
from t
-- gives
--   d          | later      | earlier    | moment
--   9999-12-31 | NULL       | 9999-11-30 | NULL
--   0001-01-01 | 0001-01-02 | NULL       | 0001-01-01 00:00:01
--   2024-02-29 | 2024-03-01 | 2024-01-29 | 2024-02-29 12:00:01
--   NULL       | NULL       | NULL       | NULL
