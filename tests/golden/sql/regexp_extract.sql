-- the whole hit or a group; no hit, and a group that took no part, give the empty text
-- table t
--   x varchar
--   ab12
--   zz
--   NULL
select x, regexp_extract(x, '[a-z]+([0-9]+)') as hit, regexp_extract(x, '[a-z]+([0-9]+)', 1) as digits,
  regexp_extract(x, '(y)|[a-z]', 1) as nothing
from t
-- gives
--   x    | hit  | digits | nothing
--   ab12 | ab12 | 12     | ''
--   zz   | ''   | ''     | ''
--   NULL | NULL | NULL   | NULL
