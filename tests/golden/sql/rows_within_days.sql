-- a sum over the seven days up to a row: join the rows of the range (what a RANGE frame would do)
-- table t
--   id integer | d date     | n integer
--   1          | 2024-02-27 | 1
--   2          | 2024-03-01 | 2
--   3          | 2024-03-05 | 4
--   4          | 2024-03-06 | 8
select a.id, sum(b.n) as week_ from t as a join t as b on b.d > cast(a.d - interval 7 day as date) and b.d <= a.d
group by a.id
-- gives
--   id | week_
--   1  | 1
--   2  | 3
--   3  | 6
--   4  | 14
