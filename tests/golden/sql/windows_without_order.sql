-- a window without an order is the whole part; a part may be cut by several expressions, by none
-- table t
--   g varchar | h integer | n integer
--   a         | 1         | 1
--   a         | 2         | 2
--   a         | 1         | 4
--   NULL      | 1         | 8
--   NULL      | 1         | NULL
select g, h, n, sum(n) over (partition by g) as by_g, sum(n) over (partition by g, h) as by_both, count(n) over () as known,
  max(n) over (partition by h % 2) as odd, n * 1.0 / sum(n) over () as share, avg(n) over (partition by g) as mean from t
-- gives
--   g    | h | n    | by_g | by_both | known | odd | share           | mean
--   a    | 1 | 1    | 7    | 5       | 4     | 8   | 0.0666666666667 | 2.33333333333
--   a    | 1 | 4    | 7    | 5       | 4     | 8   | 0.266666666667  | 2.33333333333
--   NULL | 1 | 8    | 8    | 8       | 4     | 8   | 0.533333333333  | 8
--   NULL | 1 | NULL | 8    | 8       | 4     | 8   | NULL            | 8
--   a    | 2 | 2    | 7    | 2       | 4     | 2   | 0.133333333333  | 2.33333333333
