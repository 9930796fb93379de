-- months and years added: the last day of a shorter month stands for days that it has not; never the other way
-- table t
--   d date     | n integer | m bigint
--   2024-01-31 | 1         | 13
--   2023-01-31 | 1         | -1
--   2024-02-29 | 12        | 48
--   2024-02-29 | -12       | 0
--   2024-03-31 | -1        | 3
--   2024-12-31 | 2         | NULL
--   NULL       | 1         | 1
select d, n, m, cast(d + cast(round(n) as integer) * interval 1 month as date) as months, cast(d + cast(round(m) as bigint) * interval 1 month as date) as more,
  cast(d - interval 1 month as date) as before_, cast(d + cast(round(n) as bigint) * interval 1 year as date) as years,
  cast(d + interval 1 month + interval 1 day as date) as both_ from t
-- gives
--   d          | n   | m    | months     | more       | before_    | years      | both_
--   2024-01-31 | 1   | 13   | 2024-02-29 | 2025-02-28 | 2023-12-31 | 2025-01-31 | 2024-03-01
--   2023-01-31 | 1   | -1   | 2023-02-28 | 2022-12-31 | 2022-12-31 | 2024-01-31 | 2023-03-01
--   2024-02-29 | 12  | 48   | 2025-02-28 | 2028-02-29 | 2024-01-29 | 2036-02-29 | 2024-03-30
--   2024-02-29 | -12 | 0    | 2023-02-28 | 2024-02-29 | 2024-01-29 | 2012-02-29 | 2024-03-30
--   2024-03-31 | -1  | 3    | 2024-02-29 | 2024-06-30 | 2024-02-29 | 2023-03-31 | 2024-05-01
--   2024-12-31 | 2   | NULL | 2025-02-28 | NULL       | 2024-11-30 | 2026-12-31 | 2025-02-01
--   NULL       | 1   | 1    | NULL       | NULL       | NULL       | NULL       | NULL
