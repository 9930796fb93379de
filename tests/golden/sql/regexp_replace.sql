-- the first hit, or with 'g' every one; groups as \1; $ is a letter in the replacement
-- table t
--   x varchar
--   a1b22
--   'x\ny1'
--   ''
--   NULL
select x, regexp_replace(x, '[0-9]+', '#') as first_, regexp_replace(x, '[0-9]', '#', 'g') as every_,
  regexp_replace(x, '([a-z])([0-9])', '\2$\1') as swapped, regexp_replace(x, '^a|b', '') as either
from t
-- gives
--   x      | first_ | every_ | swapped | either
--   a1b22  | a#b22  | a#b##  | 1$ab22  | 1b22
--   x\ny1  | x\ny#  | x\ny#  | x\n1$y  | x\ny1
--   ''     | ''     | ''     | ''      | ''
--   NULL   | NULL   | NULL   | NULL    | NULL
