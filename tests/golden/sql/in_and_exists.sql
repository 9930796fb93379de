-- IN a list, IN a query, NOT IN with a NULL (keeps nothing), EXISTS, BETWEEN
-- table t
--   n integer
--   1
--   2
--   NULL
-- table u
--   n integer
--   1
--   NULL
select n, n in (1, 3) as listed, n in (select u.n from u) as asked, n not in (select u.n from u) as not_asked,
  exists (select 1 from u where u.n = t.n) as there, n between 2 and 3 as between_
from t
-- gives
--   n    | listed | asked | not_asked | there | between_
--   1    | true   | true  | false     | true  | false
--   2    | false  | NULL  | NULL      | false | true
--   NULL | NULL   | NULL  | NULL      | false | NULL
