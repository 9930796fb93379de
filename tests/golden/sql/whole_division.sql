-- the floor of a quotient is whole division; the rest has the sign of what is divided
-- table t
--   a bigint | b bigint
--   7        | 2
--   -7       | 2
--   7        | -2
--   -7       | -2
--   1        | 0
--   NULL     | 1
select a, b, cast(floor(a / b) as bigint) as down, cast(ceil(a / b) as bigint) as up, a % b as rest, a / b * b as back,
  a / nullif(b, 0) as safe, cast(floor(a / 7) as integer) as weeks from t
-- gives
--   a    | b  | down | up   | rest | back | safe | weeks
--   7    | 2  | 3    | 4    | 1    | 7    | 3.5  | 1
--   -7   | 2  | -4   | -3   | -1   | -7   | -3.5 | -1
--   7    | -2 | -4   | -3   | 1    | 7    | -3.5 | 1
--   -7   | -2 | 3    | 4    | -1   | -7   | 3.5  | -1
--   1    | 0  | NULL | NULL | NULL | NULL | NULL | 0
--   NULL | 1  | NULL | NULL | NULL | NULL | NULL | NULL
