-- from a place, counted from 1; past the end nothing; of a length from 0
-- table t
--   x varchar | n integer
--   abcdef    | 2
--   中文😀字  | 1
--   ''        | 3
--   NULL      | 1
select x, substr(x, 1, 3) as head, substr(x, 3) as tail, substr(x, 3, 0) as none_, substr(x, 9, 2) as past,
  substr(x, 1, n) as first_n, substr(x, length(x) - 1 + 1, 1) as last_, split_part(x, 'c', 2) as part from t
-- gives
--   x      | head | tail | none_ | past | first_n | last_ | part
--   abcdef | abc  | cdef | ''    | ''   | ab      | f     | def
--   中文😀字   | 中文😀  | 😀字   | ''    | ''   | 中       | 字     | ''
--   ''     | ''   | ''   | ''    | ''   | ''      | ''    | ''
--   NULL   | NULL | NULL | NULL  | NULL | NULL    | NULL  | NULL
