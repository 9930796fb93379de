-- the median: number the rows and take the middle ones
-- table t
--   g varchar | x double
--   a         | 1
--   a         | 10
--   a         | 2
--   b         | 1
--   b         | 4
--   b         | NULL
--   c         | NULL
select g, avg(x) as median from
  (select g, x, row_number() over (partition by g order by x) as place, count(*) over (partition by g) as many
   from t where x is not null) as ranked
where place in (cast(floor((many + 1) / 2) as bigint), cast(ceil((many + 1) / 2) as bigint)) group by g
-- gives
--   g | median
--   a | 2
--   b | 2.5
