-- without a frame a running value takes in all rows that are equal in the order
-- table t
--   g varchar | d date     | n integer
--   a         | 2024-01-01 | 1
--   a         | 2024-01-01 | 2
--   a         | 2024-01-02 | 4
--   a         | NULL       | 8
select d, n, sum(n) over (order by d) as running, count(*) over (order by d) as many, rank() over (order by d) as r,
  dense_rank() over (order by d) as dr, first_value(n) over (order by d, n) as first_, max(d) over (order by d) as latest from t
-- gives
--   d          | n | running | many | r | dr | first_ | latest
--   2024-01-01 | 1 | 3       | 2    | 1 | 1  | 1      | 2024-01-01
--   2024-01-01 | 2 | 3       | 2    | 1 | 1  | 1      | 2024-01-01
--   2024-01-02 | 4 | 7       | 3    | 3 | 2  | 1      | 2024-01-02
--   NULL       | 8 | 15      | 4    | 4 | 3  | 1      | 2024-01-02
