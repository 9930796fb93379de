-- round goes away from zero at halves, floor down, ceil up; casts of them to whole numbers
-- table t
--   x double
--   2.5
--   -2.5
--   3.5
--   0.49999999999999994
--   -0.2
--   NULL
select x, cast(round(x) as bigint) as near, cast(floor(x) as integer) as down, cast(ceil(x) as bigint) as up,
  abs(x) as size_, try_cast(x + 0.0 as integer) as whole
from t
-- gives
--   x    | near | down | up   | size_ | whole
--   2.5  | 3    | 2    | 3    | 2.5   | 3
--   -2.5 | -3   | -3   | -2   | 2.5   | -3
--   3.5  | 4    | 3    | 4    | 3.5   | 4
--   0.5  | 0    | 0    | 1    | 0.5   | 0
--   -0.2 | 0    | -1   | 0    | 0.2   | 0
--   NULL | NULL | NULL | NULL | NULL  | NULL
