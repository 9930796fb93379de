-- max_by and min_by leave out rows whose value or order is NULL, with or without a filter
-- table t
--   g integer | x varchar | n integer
--   1         | old       | 1
--   1         | NULL      | 9
--   1         | new       | 2
--   1         | lost      | NULL
--   2         | NULL      | 1
select g, max_by(x, n) as latest, min_by(x, n) as first, max_by(x, n) filter (where x <> 'new') as other
from t group by g
-- gives
--   g | latest | first | other
--   1 | new    | old   | old
--   2 | NULL   | NULL  | NULL
