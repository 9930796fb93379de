-- inner, left, right, full and cross joins; NULL joins nothing
-- table a
--   k integer | x varchar
--   1         | a1
--   2         | a2
--   NULL      | a0
-- table b
--   k integer | y varchar
--   1         | b1
--   3         | b3
--   NULL      | b0
select 'inner' as j, count(*) as n, count(y) as y from a join b on a.k = b.k
union all select 'left', count(*), count(y) from a left join b on a.k = b.k
union all select 'right', count(*), count(y) from a right join b on a.k = b.k
union all select 'full', count(*), count(y) from a full join b on a.k = b.k
union all select 'cross', count(*), count(y) from a cross join b
union all select 'same null', count(*), count(y) from a join b on a.k is not distinct from b.k
-- gives
--   j         | n | y
--   inner     | 1 | 1
--   left      | 3 | 1
--   right     | 3 | 3
--   full      | 5 | 3
--   cross     | 9 | 9
--   same null | 2 | 2
