-- part n from 1; past the end is the empty text
-- table t
--   x varchar
--   a^b^^d
--   ''
--   NULL
select x, split_part(x, '^', 1) as p1, split_part(x, '^', 3) as p3, split_part(x, '^', 4) as p4,
  split_part(x, '^', 9) as p9
from t
-- gives
--   x      | p1   | p3   | p4   | p9
--   a^b^^d | a    | ''   | d    | ''
--   ''     | ''   | ''   | ''   | ''
--   NULL   | NULL | NULL | NULL | NULL
