-- a day of a timestamp, midnight of a day, literals, and days put together from parts
-- table t
--   d date     | ts timestamp        | y integer | m integer
--   2024-02-29 | 2024-02-29 10:11:12 | 2023      | 2
--   2024-03-01 | 2024-12-31 23:59:59 | NULL      | 12
select cast(ts as date) as day, cast(d as timestamp) as midnight, date '2020-01-02' as lit, d < ts as before_,
  try_cast(cast(y as varchar) || '-' || cast(m as varchar) || '-29' as date) as made
from t
-- gives
--   day        | midnight            | lit        | before_ | made
--   2024-02-29 | 2024-02-29 00:00:00 | 2020-01-02 | true    | NULL
--   2024-12-31 | 2024-03-01 00:00:00 | 2020-01-02 | true    | NULL
