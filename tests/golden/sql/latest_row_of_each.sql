-- the latest row of each person, ties broken by a key: number the rows, keep the first (what QUALIFY would do)
-- table t
--   person integer | d date     | id integer | x varchar
--   1              | 2024-01-01 | 1          | old
--   1              | 2024-02-01 | 2          | new
--   1              | 2024-02-01 | 3          | newer
--   2              | NULL       | 4          | undated
--   2              | 2023-01-01 | 5          | dated
select person, d, id, x from
  (select person, d, id, x, row_number() over (partition by person order by d desc nulls last, id desc) as turn from t) as ranked
where turn = 1
-- gives
--   person | d          | id | x
--   1      | 2024-02-01 | 3  | newer
--   2      | 2023-01-01 | 5  | dated
