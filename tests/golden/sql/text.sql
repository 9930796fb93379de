-- text is cut and counted by characters of Unicode; NULL swallows ||, concat reads it as nothing
-- table t
--   x varchar | y varchar
--   'Ab c '   | z
--   😀é       | NULL
--   ''        | z
select x, lower(x) as l, upper(x) as u, length(x) as n, trim(x) as t, substr(x, 2) as tail, substr(x, 1, 2) as head,
  substr(x, length(x) + 1, 2) as past, x || y as both_, concat(x, '-', y) as with_, replace(x, 'b', 'BB') as r,
  translate(x, 'Abé', 'a') as tr, starts_with(x, 'Ab') as s
from t
-- gives
--   x       | l       | u       | n | t    | tail   | head | past | both_  | with_    | r        | tr     | s
--   'Ab c ' | 'ab c ' | 'AB C ' | 5 | Ab c | 'b c ' | Ab   | ''   | Ab c z | Ab c -z  | 'ABB c ' | 'a c ' | true
--   😀é     | 😀é     | 😀É     | 2 | 😀é  | é      | 😀é  | ''   | NULL   | 😀é-     | 😀é      | 😀     | false
--   ''      | ''      | ''      | 0 | ''   | ''     | ''   | ''   | z      | -z       | ''       | ''     | false
