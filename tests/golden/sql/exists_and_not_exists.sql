-- EXISTS and NOT EXISTS, with conditions other than equality, as a condition and as a value
-- table t
--   id integer | d date
--   1          | 2024-01-05
--   1          | 2024-03-01
--   2          | 2024-01-01
--   NULL       | 2024-01-01
-- table u
--   id integer | d date
--   1          | 2024-01-01
--   2          | 2024-06-01
--   NULL       | 2024-01-01
select t.id, t.d, exists (select 1 from u where u.id = t.id and u.d <= t.d) as before_,
  case when not exists (select 1 from u where u.id = t.id) then 'nobody' else 'known' end as known
from t
where exists (select 1 from u where u.id = t.id and u.d between cast(t.d - interval 30 day as date) and t.d)
  or not exists (select 1 from u where u.id = t.id and u.d < t.d)
-- gives
--   id   | d          | before_ | known
--   1    | 2024-01-05 | true    | known
--   2    | 2024-01-01 | false   | known
--   NULL | 2024-01-01 | false   | nobody
