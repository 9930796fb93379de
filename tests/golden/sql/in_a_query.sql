-- IN (SELECT …) as a condition of WHERE: NOT IN with a NULL about keeps nothing, IN does not mind it
-- table t
--   n integer
--   1
--   2
--   NULL
-- table u
--   n integer | g varchar
--   1         | a
--   NULL      | a
--   2         | b
select 'in' as how, count(*) as many from t where n in (select n from u where g = 'a')
union all select 'not in', count(*) from t where n not in (select n from u where g = 'a')
union all select 'not in known', count(*) from t where n not in (select n from u where n is not null and g = 'a')
union all select 'not in none', count(*) from t where n not in (select n from u where g = 'z')
union all select 'or', count(*) from t where n = 2 or n in (select n from u where g = 'a')
union all select 'and', count(*) from t where n < 2 and (n in (select n from u) or n is null)
union all select 'and not', count(*) from t where n > 1 and not (n in (select n from u where g = 'a' and n is not null))
-- gives
--   how          | many
--   in           | 1
--   not in       | 0
--   not in known | 1
--   not in none  | 3
--   or           | 2
--   and          | 1
--   and not      | 1
