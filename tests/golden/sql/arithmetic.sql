-- + - * / %: / is never whole division, by zero is NULL; % has the sign of its left side
-- table t
--   a integer | b integer
--   7         | 2
--   -7        | 2
--   7         | 0
--   NULL      | 2
select a, b, a + b as plus, a - b as minus, a * b as times, a / b as quotient, a % b as rest, -a as negative
from t
-- gives
--   a    | b | plus | minus | times | quotient | rest | negative
--   7    | 2 | 9    | 5     | 14    | 3.5      | 1    | -7
--   -7   | 2 | -5   | -9    | -14   | -3.5     | -1   | 7
--   7    | 0 | 7    | 7     | 0     | NULL     | NULL | -7
--   NULL | 2 | NULL | NULL  | NULL  | NULL     | NULL | NULL
