-- comparisons with NULL are unknown; IS and DISTINCT are not
-- table t
--   a integer | b integer
--   1         | 1
--   1         | 2
--   1         | NULL
--   NULL      | NULL
select a, b, a = b as eq, a <> b as ne, a < b as lt, a <= b as le, a > b as gt, a >= b as ge,
  a is distinct from b as other, a is not distinct from b as same, (a = b) is true as sure,
  a = b and false as no, a = b or true as yes
from t
-- gives
--   a    | b    | eq    | ne    | lt    | le    | gt    | ge    | other | same  | sure  | no    | yes
--   1    | 1    | true  | false | false | true  | false | true  | false | true  | true  | false | true
--   1    | 2    | false | true  | true  | true  | false | false | true  | false | false | false | true
--   1    | NULL | NULL  | NULL  | NULL  | NULL  | NULL  | NULL  | true  | false | false | false | true
--   NULL | NULL | NULL  | NULL  | NULL  | NULL  | NULL  | NULL  | false | true  | false | false | true
