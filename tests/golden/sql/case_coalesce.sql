-- CASE of both forms, coalesce, nullif, greatest and least (which leave NULL out)
-- table t
--   a integer | b integer
--   1         | 2
--   NULL      | 2
--   3         | NULL
--   NULL      | NULL
select a, b, case when a > 2 then 'big' when a is null then 'none' else 'small' end as said,
  case a when 1 then 'one' when 3 then 'three' end as word,
  coalesce(a, b, 0) as c, nullif(a, 1) as n, greatest(a, b) as g, least(a, b) as l
from t
-- gives
--   a    | b    | said  | word  | c | n    | g    | l
--   1    | 2    | small | one   | 1 | NULL | 2    | 1
--   NULL | 2    | none  | NULL  | 2 | NULL | 2    | 2
--   3    | NULL | big   | three | 3 | 3    | 3    | 3
--   NULL | NULL | none  | NULL  | 0 | NULL | NULL | NULL
