-- the most frequent value, ties by value: count, then number (what mode() would do)
-- table t
--   g varchar | x varchar
--   a         | p
--   a         | q
--   a         | q
--   b         | s
--   b         | r
select g, x, many from
  (select g, x, many, row_number() over (partition by g order by many desc, x) as turn
   from (select g, x, count(*) as many from t group by g, x) as counted) as ranked
where turn = 1
-- gives
--   g | x | many
--   a | q | 2
--   b | r | 1
