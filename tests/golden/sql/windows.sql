-- ranks, neighbours, running sums by rows, values of the first and last row
-- table t
--   g varchar | d date       | n integer
--   a         | 2024-01-01   | 1
--   a         | 2024-01-02   | 2
--   a         | 2024-01-02   | 2
--   a         | 2024-01-03   | 4
--   b         | 2024-01-01   | 7
select g, d, n,
  rank() over (partition by g order by d) as r, dense_rank() over (partition by g order by d) as dr,
  lag(n, 1) over (partition by g order by d, n) as before_, lead(n, 1, 0) over (partition by g order by d, n) as after_,
  sum(n) over (partition by g order by d, n rows between unbounded preceding and current row) as running,
  max(n) over (partition by g order by d, n rows between 2 preceding and 1 preceding) as earlier,
  count(*) over (partition by g) as many, avg(n) over (partition by g order by d) as so_far,
  first_value(n) over (partition by g order by d, n) as first_,
  last_value(n) over (partition by g order by d, n rows between current row and unbounded following) as last_
from t
-- gives
--   g | d          | n | r | dr | before_ | after_ | running | earlier | many | so_far        | first_ | last_
--   a | 2024-01-01 | 1 | 1 | 1  | NULL    | 2      | 1       | NULL    | 4    | 1             | 1      | 4
--   a | 2024-01-02 | 2 | 2 | 2  | 1       | 2      | 3       | 1       | 4    | 1.66666666667 | 1      | 4
--   a | 2024-01-02 | 2 | 2 | 2  | 2       | 4      | 5       | 2       | 4    | 1.66666666667 | 1      | 4
--   a | 2024-01-03 | 4 | 4 | 3  | 2       | 0      | 9       | 2       | 4    | 2.25          | 1      | 4
--   b | 2024-01-01 | 7 | 1 | 1  | NULL    | 0      | 7       | NULL    | 1    | 7             | 7      | 7
