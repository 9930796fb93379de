-- joins on more than equality: ranges, several keys, a condition on one side, a side that is a query
-- table a
--   k integer | d date
--   1         | 2024-01-10
--   1         | 2024-02-10
--   2         | 2024-01-10
--   NULL      | 2024-01-10
-- table b
--   k integer | s date     | e date     | y varchar
--   1         | 2024-01-01 | 2024-01-31 | x
--   1         | 2024-01-10 | 2024-03-01 | y
--   3         | 2024-01-01 | NULL       | z
select a.k, a.d, b.y, c.many from a
left join b on b.k = a.k and a.d between b.s and b.e and b.y <> 'q'
left join (select k, count(*) as many from b group by k) as c on c.k is not distinct from a.k
where a.d > date '2024-01-01'
-- gives
--   k    | d          | y    | many
--   1    | 2024-01-10 | y    | 2
--   1    | 2024-01-10 | x    | 2
--   1    | 2024-02-10 | y    | 2
--   NULL | 2024-01-10 | NULL | NULL
--   2    | 2024-01-10 | NULL | NULL
