-- microseconds are kept: compared, ordered, the greatest, as text
-- table t
--   ts timestamp
--   2024-01-01 00:00:00.000001
--   2024-01-01 00:00:00.000002
--   2024-01-01 00:00:00.100000
--   2024-01-01 00:00:00
select ts, cast(ts as varchar) as said, ts > timestamp '2024-01-01 00:00:00.000001' as later,
  max(ts) over () as most, lag(ts, 1) over (order by ts) as before_, cast(ts as date) = date '2024-01-01' as day from t
order by ts desc
-- gives
--   ts                         | said                       | later | most                       | before_                    | day
--   2024-01-01 00:00:00.100000 | 2024-01-01 00:00:00.1      | true  | 2024-01-01 00:00:00.100000 | 2024-01-01 00:00:00.000002 | true
--   2024-01-01 00:00:00.000002 | 2024-01-01 00:00:00.000002 | true  | 2024-01-01 00:00:00.100000 | 2024-01-01 00:00:00.000001 | true
--   2024-01-01 00:00:00.000001 | 2024-01-01 00:00:00.000001 | false | 2024-01-01 00:00:00.100000 | 2024-01-01 00:00:00        | true
--   2024-01-01 00:00:00        | 2024-01-01 00:00:00        | false | 2024-01-01 00:00:00.100000 | NULL                       | true
