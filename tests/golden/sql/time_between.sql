-- time that went by: microseconds and whole seconds (cut towards zero), whole days by the calendar
-- table t
--   a timestamp                | b timestamp                | d date
--   2024-02-28 23:59:59.999999 | 2024-02-29 00:00:00        | 2024-02-29
--   2024-02-29 00:00:00        | 2024-02-28 23:59:58.500000 | 2024-03-01
--   2023-03-26 01:30:00        | 2023-03-26 03:30:00        | 2023-03-26
--   1883-11-18 12:03:57        | 2024-01-01 00:00:00        | 1900-01-01
--   NULL                       | 2024-01-01 00:00:00        | 2024-01-01
select a, b, microseconds_between(a, b) as us, seconds_between(a, b) as s, seconds_between(b, a) as back,
  date_diff('day', a, b) as days, seconds_between(d, b) as since_day, seconds_between(a, b) / 3600.0 as hours from t
-- gives
--   a                          | b                          | us               | s          | back        | days  | since_day  | hours
--   2024-02-28 23:59:59.999999 | 2024-02-29 00:00:00        | 1                | 0          | 0           | 1     | 0          | 0
--   2024-02-29 00:00:00        | 2024-02-28 23:59:58.500000 | -1500000         | -1         | 1           | -1    | -86401     | -0.000277777777778
--   2023-03-26 01:30:00        | 2023-03-26 03:30:00        | 7200000000       | 7200       | -7200       | 0     | 12600      | 2
--   1883-11-18 12:03:57        | 2024-01-01 00:00:00        | 4421735763000000 | 4421735763 | -4421735763 | 51178 | 3913056000 | 1228259.93417
--   NULL                       | 2024-01-01 00:00:00        | NULL             | NULL       | NULL        | NULL  | 0          | NULL
