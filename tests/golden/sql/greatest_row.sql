-- the greatest row by several columns, one after another, with what else it holds, missing or not
-- table t
--   k integer | s date     | id integer | x double | w varchar
--   1         | 2024-01-01 | 1          | 5        | a
--   1         | 2024-01-02 | 2          | NULL     | b
--   1         | 2024-01-02 | 3          | 7        | NULL
--   2         | 2024-01-02 | 4          | NULL     | c
--   2         | 2024-01-02 | 5          | 1        | d
--   3         | 2024-01-01 | 6          | 1        | e
select k, struct_extract(max(struct_pack(a := s, b := id, c := x)), 'c') as last_x,
  struct_extract(min(struct_pack(a := s, b := id, c := x)) filter (where id > 1), 'c') as first_x,
  struct_extract(max(struct_pack(a := s, b := id, c := w)) filter (where k < 3), 'c') as last_w
from t group by k
-- gives
--   k | last_x | first_x | last_w
--   1 | 7      | NULL    | NULL
--   2 | 1      | NULL    | d
--   3 | 1      | 1       | NULL
