-- the latest row of another table at or before a time (what ASOF JOIN would do)
-- table t
--   id integer | person integer | ts timestamp
--   1          | 1              | 2024-01-02 00:00:00
--   2          | 1              | 2024-01-01 00:00:00
--   3          | 2              | 2024-01-01 00:00:00
-- table u
--   person integer | ts timestamp               | x double
--   1              | 2023-12-31 00:00:00        | 1.5
--   1              | 2024-01-01 00:00:00        | 2.5
--   1              | 2024-01-02 00:00:00.000001 | 3.5
--   2              | 2024-01-01 00:00:01        | 9
select id, ts, x from
  (select t.id, t.ts, u.x, row_number() over (partition by t.id order by u.ts desc) as turn
   from t left join u on u.person = t.person and u.ts <= t.ts) as ranked
where turn = 1
-- gives
--   id | ts                  | x
--   2  | 2024-01-01 00:00:00 | 2.5
--   1  | 2024-01-02 00:00:00 | 2.5
--   3  | 2024-01-01 00:00:00 | NULL
