-- a query as a relation of a query as a relation, with its own names, filters and order
-- table t
--   id integer | n integer
--   1          | 5
--   2          | 7
--   3          | NULL
select o.id, o.twice from (select i.id, i.n * 2 as twice from (select id, n from t where n is not null) as i where i.n > 5) as o
where o.twice > 1 order by o.id
-- gives
--   id | twice
--   2  | 14
