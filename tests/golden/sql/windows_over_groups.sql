-- a window over the groups of a query
-- table t
--   g varchar | n integer
--   a         | 1
--   a         | 2
--   b         | 5
--   c         | 2
select g, sum(n) as total, sum(sum(n)) over (order by g) as running, rank() over (order by sum(n) desc) as place,
  count(*) over () as groups from t group by g
-- gives
--   g | total | running | place | groups
--   b | 5     | 8       | 1     | 3
--   a | 3     | 3       | 2     | 3
--   c | 2     | 10      | 3     | 3
