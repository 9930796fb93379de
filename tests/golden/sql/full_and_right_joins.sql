-- rows of neither side are lost in a full join; of the right one in a right join; a condition in ON keeps them
-- table a
--   k integer | x varchar
--   1         | a1
--   2         | a2
-- table b
--   k integer | y varchar
--   2         | b2
--   3         | b3
select 'full' as j, coalesce(a.k, b.k) as k, x, y from a full join b on a.k = b.k and b.y <> 'b2'
union all select 'right', b.k, x, y from a right join b on a.k = b.k
union all select 'outer', b.k, x, y from a right outer join b on a.k = b.k and a.x = 'none'
-- gives
--   j     | k | x    | y
--   full  | 1 | a1   | NULL
--   full  | 2 | a2   | NULL
--   full  | 2 | NULL | b2
--   full  | 3 | NULL | b3
--   right | 2 | a2   | b2
--   right | 3 | NULL | b3
--   outer | 2 | NULL | b2
--   outer | 3 | NULL | b3
