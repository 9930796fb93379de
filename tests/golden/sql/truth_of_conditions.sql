-- IS TRUE and its kin are never NULL; AND and OR of unknowns
-- table t
--   a boolean | b boolean
--   true      | NULL
--   false     | NULL
--   NULL      | NULL
--   true      | false
select a, b, a is true as t, a is false as f, a is not true as nt, a is not null as known, a and b as both_, a or b as either,
  not a as no, a = b as eq, a is distinct from b as other, case when a then 1 when b then 2 else 3 end as turn,
  coalesce(a, b, false) as sure from t
-- gives
--   a     | b     | t     | f     | nt    | known | both_ | either | no    | eq    | other | turn | sure
--   true  | NULL  | true  | false | false | true  | NULL  | true   | false | NULL  | true  | 1    | true
--   false | NULL  | false | true  | true  | true  | false | NULL   | true  | NULL  | true  | 3    | false
--   NULL  | NULL  | false | false | true  | false | NULL  | NULL   | NULL  | NULL  | false | 3    | false
--   true  | false | true  | false | false | true  | false | true   | false | false | true  | 1    | true
