-- $ is the very end, . is no line feed, \s no vertical tab, \d and \w are of ASCII
-- table t
--   x varchar
--   ab
--   'ab\n'
--   'a\nb'
--   'a b'
--   é1
--   NULL
select x, regexp_matches(x, 'b$') as at_end, regexp_matches(x, 'a.b') as any_, regexp_matches(x, '\s') as space_,
  regexp_matches(x, '^\w') as word, regexp_matches(x, '[^a-z\s]') as other
from t
-- gives
--   x     | at_end | any_  | space_ | word  | other
--   ab    | true   | false | false  | true  | false
--   ab\n  | false  | false | true   | true  | false
--   a\nb  | true   | false | true   | true  | false
--   a b   | true   | true  | true   | true  | false
--   é1    | false  | false | false  | false | true
--   NULL  | NULL   | NULL  | NULL   | NULL  | NULL
