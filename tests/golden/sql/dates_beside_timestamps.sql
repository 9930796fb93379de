-- a date beside a timestamp is its midnight
-- table t
--   d date     | ts timestamp
--   2024-02-29 | 2024-02-29 00:00:00
--   2024-02-29 | 2024-02-29 00:00:01
--   2024-02-29 | 2024-02-28 23:59:59
--   NULL       | 2024-02-28 23:59:59
select d, ts, d = ts as same, d < ts as before_, d >= ts as from_, ts between d and cast(d + interval 1 day as date) as in_day,
  coalesce(d, ts) as either, greatest(d, ts) as later, case when d > ts then d else ts end as chosen from t
-- gives
--   d          | ts                  | same  | before_ | from_ | in_day | either              | later               | chosen
--   2024-02-29 | 2024-02-29 00:00:00 | true  | false   | true  | true   | 2024-02-29 00:00:00 | 2024-02-29 00:00:00 | 2024-02-29 00:00:00
--   2024-02-29 | 2024-02-29 00:00:01 | false | true    | false | true   | 2024-02-29 00:00:00 | 2024-02-29 00:00:01 | 2024-02-29 00:00:01
--   2024-02-29 | 2024-02-28 23:59:59 | false | false   | true  | false  | 2024-02-29 00:00:00 | 2024-02-29 00:00:00 | 2024-02-29 00:00:00
--   NULL       | 2024-02-28 23:59:59 | NULL  | NULL    | NULL  | NULL   | 2024-02-28 23:59:59 | 2024-02-28 23:59:59 | 2024-02-28 23:59:59
