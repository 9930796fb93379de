-- IN a list with and without NULL, BETWEEN, NOT IN; a NULL that could be the one makes it unknown
-- table t
--   n integer | s varchar
--   1         | a
--   2         | NULL
--   NULL      | b
select n, n in (1, 3) as listed, n in (1, null) as maybe, n not in (1, 3) as other, n not in (1, null) as never,
  n between 2 and 3 as between_, n not between 2 and 3 as outside, s in ('a', 'b') as letter
from t
-- gives
--   n    | listed | maybe | other | never | between_ | outside | letter
--   1    | true   | true  | false | false | false    | true    | true
--   2    | false  | NULL  | true  | NULL  | true     | false   | NULL
--   NULL | NULL   | NULL  | NULL  | NULL  | NULL     | NULL    | true
