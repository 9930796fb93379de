-- min and max of dates, times, text and fractions
-- table t
--   d date     | ts timestamp        | s varchar | x double | n bigint
--   2024-02-29 | 2024-02-29 10:00:00 | b         | -1.5     | 9223372036854775807
--   NULL       | NULL                | NULL      | NULL     | NULL
--   1900-01-01 | 2024-02-29 09:59:59 | A         | 1e-300   | -9223372036854775808
select min(d) as d0, max(d) as d1, min(ts) as t0, max(ts) as t1, min(s) as s0, max(s) as s1, min(x) as x0, max(x) as x1,
  min(n) as n0, max(n) as n1 from t
-- gives
--   d0         | d1         | t0                  | t1                  | s0 | s1 | x0   | x1     | n0                   | n1
--   1900-01-01 | 2024-02-29 | 2024-02-29 09:59:59 | 2024-02-29 10:00:00 | A  | b  | -1.5 | 1e-300 | -9223372036854775808 | 9223372036854775807
