-- a number with a point is a DOUBLE: sums and products round as doubles do
-- table t
--   x double | n integer
--   0.1      | 3
--   0.2      | 10
--   NULL     | 1
select x, n, 0.1 + 0.2 as three, x * 1.1 as more, n * 0.1 as tenth, n / 3 as third, 1.5 * 2 as product, -2.5 as minus,
  1e3 as thousand, n + 0.5 > 3.5 as half, case when n > 2 then 0.5 else 1 end as either, round(n * 1.005 * 100) / 100 as cents,
  0.1 * 3 = 0.3 as exact from t
-- gives
--   x    | n  | three | more | tenth | third          | product | minus | thousand | half  | either | cents | exact
--   0.1  | 3  | 0.3   | 0.11 | 0.3   | 1              | 3       | -2.5  | 1000     | false | 0.5    | 3.01  | false
--   0.2  | 10 | 0.3   | 0.22 | 1     | 3.33333333333  | 3       | -2.5  | 1000     | true  | 0.5    | 10.05 | false
--   NULL | 1  | 0.3   | NULL | 0.1   | 0.333333333333 | 3       | -2.5  | 1000     | false | 1      | 1     | false
