-- a day of its year, month and day of the month; NULL where there is none
-- table t
--   y integer | m integer | d integer
--   2024      | 2         | 29
--   2023      | 2         | 29
--   2000      | 2         | 29
--   1900      | 2         | 29
--   2024      | 4         | 31
--   2024      | 12        | 31
--   2024      | 13        | 1
--   2024      | 0         | 1
--   0         | 1         | 1
--   10000     | 1         | 1
--   NULL      | 1         | 1
select y, m, date_of(y, m, d) as day,
  date_of(y, m, d) < cast('9999-12-31' as date) and date_of(y, m, d) > cast('0001-01-01 00:00:00' as timestamp) as held
from t
-- gives
--   y     | m    | day | held
--   2024  | 2    | 2024-02-29 | true
--   2023  | 2    | NULL | NULL
--   2000  | 2    | 2000-02-29 | true
--   1900  | 2    | NULL | NULL
--   2024  | 4    | NULL | NULL
--   2024  | 12   | 2024-12-31 | true
--   2024  | 13   | NULL | NULL
--   2024  | 0    | NULL | NULL
--   0     | 1    | NULL | NULL
--   10000 | 1    | NULL | NULL
--   NULL  | 1    | NULL | NULL
