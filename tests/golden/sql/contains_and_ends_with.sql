-- contains, starts_with, ends_with: letters as they stand, the empty text is in everything, % is a letter
-- table t
--   x varchar | y varchar
--   'a%b'     | %
--   'Abc'     | bc
--   ''        | ''
--   中文      | 文
--   NULL      | a
select x, contains(x, '%') as has_, contains(x, y) as has_y, starts_with(x, y) as at_start, ends_with(x, y) as at_end,
  contains(x, '') as nothing, contains(lower(x), 'a') as any_case from t
-- gives
--   x    | has_  | has_y | at_start | at_end | nothing | any_case
--   a%b  | true  | true  | false    | false  | true    | true
--   Abc  | false | true  | false    | true   | true    | true
--   ''   | false | true  | true     | true   | true    | false
--   中文   | false | true  | false    | true   | true    | false
--   NULL | NULL  | NULL  | NULL     | NULL   | NULL    | NULL
