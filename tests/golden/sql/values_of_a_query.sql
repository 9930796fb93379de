-- a query that gives one value: an aggregate over rows that belong to the outer one; NULL where there are none
-- table t
--   id integer | g varchar
--   1          | a
--   2          | b
--   3          | NULL
-- table u
--   id integer | n integer
--   1          | 5
--   1          | 7
--   2          | NULL
select t.id, (select max(u.n) from u where u.id = t.id) as most, (select count(*) from u where u.id = t.id) as many,
  (select sum(n) from u) as total, coalesce((select min(u.n) from u where u.id = t.id), -1) as least_
from t where t.id >= (select min(id) from u)
-- gives
--   id | most | many | total | least_
--   1  | 7    | 2    | 12    | 5
--   2  | NULL | 1    | 12    | -1
--   3  | NULL | 0    | 12    | -1
