-- BOOLEAN as a type: of NULL, of a condition, stored and chosen
-- table t
--   b boolean
--   true
--   NULL
select b, cast(null as boolean) as none_, cast(b is true as boolean) as same, coalesce(b, cast(null as boolean), false) as sure,
  max(case when b then 1 else 0 end) over () as any_ from t
-- gives
--   b    | none_ | same | sure  | any_
--   true | NULL  | true | true  | 1
--   NULL | NULL  | false | false | 1
