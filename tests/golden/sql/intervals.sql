-- days and months added to dates and times; the end of a month stays in its month
-- table t
--   d date     | ts timestamp        | n integer
--   2024-01-31 | 2024-01-31 23:30:00 | 2
--   2023-12-31 | 2023-12-31 00:00:00 | -1
select cast(d + 1 * interval 1 month as date) as month_, cast(d + cast(floor(n * 1.0) as integer) * interval 1 day as date) as days,
  cast(d - interval 1 year as date) as year_, cast(ts + interval 45 minute as timestamp) as later
from t
-- gives
--   month_     | days       | year_      | later
--   2024-02-29 | 2024-02-02 | 2023-01-31 | 2024-02-01 00:15:00
--   2024-01-31 | 2023-12-30 | 2022-12-31 | 2023-12-31 00:45:00
