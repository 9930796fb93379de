-- lag and lead by more than one row, with a value where there is no such row; a NULL of a row stays NULL
-- table t
--   id integer | n integer
--   1          | 5
--   2          | NULL
--   3          | 7
select id, lag(n, 2, -1) over (order by id) as two_back, lead(n, 1, 0) over (order by id) as next_,
  lag(n) over (order by id) as back from t
-- gives
--   id | two_back | next_ | back
--   1  | -1       | NULL  | NULL
--   2  | -1       | 7     | 5
--   3  | 5        | 0     | NULL
