-- every unit of an interval, up and down, over a change of clocks that a local time does not have
-- table t
--   ts timestamp               | n bigint
--   2023-03-26 01:59:59.999999 | 1
--   2024-02-29 00:00:00        | -1
--   2024-12-31 23:00:00        | 40
--   NULL                       | 1
select ts, cast(ts + k * interval 1 second as timestamp) as seconds, cast(ts + k * interval 1 minute as timestamp) as minutes,
  cast(ts + k * interval 1 hour as timestamp) as hours, cast(ts + k * interval 1 day as timestamp) as days,
  cast(ts + k * interval 1 week as timestamp) as weeks, cast(ts + k * interval 1 month as timestamp) as months,
  cast(ts - k * interval 1 year as timestamp) as years, cast(ts - interval 36 hour as date) as day
from (select ts, cast(round(n) as bigint) as k from t) as s
-- gives
--   ts                         | seconds                    | minutes                    | hours                      | days                       | weeks                      | months                     | years                      | day
--   2023-03-26 01:59:59.999999 | 2023-03-26 02:00:00.999999 | 2023-03-26 02:00:59.999999 | 2023-03-26 02:59:59.999999 | 2023-03-27 01:59:59.999999 | 2023-04-02 01:59:59.999999 | 2023-04-26 01:59:59.999999 | 2022-03-26 01:59:59.999999 | 2023-03-24
--   2024-02-29 00:00:00        | 2024-02-28 23:59:59        | 2024-02-28 23:59:00        | 2024-02-28 23:00:00        | 2024-02-28 00:00:00        | 2024-02-22 00:00:00        | 2024-01-29 00:00:00        | 2025-02-28 00:00:00        | 2024-02-27
--   2024-12-31 23:00:00        | 2024-12-31 23:00:40        | 2024-12-31 23:40:00        | 2025-01-02 15:00:00        | 2025-02-09 23:00:00        | 2025-10-07 23:00:00        | 2028-04-30 23:00:00        | 1984-12-31 23:00:00        | 2024-12-30
--   NULL                       | NULL                       | NULL                       | NULL                       | NULL                       | NULL                       | NULL                       | NULL                       | NULL
