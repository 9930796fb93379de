-- whole numbers, dates, timestamps and truths as text
-- table t
--   n bigint | d date     | ts timestamp               | b boolean
--   -7       | 2024-02-29 | 2024-02-29 10:00:00        | true
--   0        | 1999-12-31 | 2024-02-29 10:00:00.500000 | false
select cast(n as varchar) as n, cast(d as varchar) as d, cast(ts as varchar) as ts, cast(b as varchar) as b from t
-- gives
--   n  | d          | ts                    | b
--   -7 | 2024-02-29 | 2024-02-29 10:00:00   | 'true'
--   0  | 1999-12-31 | 2024-02-29 10:00:00.5 | 'false'
