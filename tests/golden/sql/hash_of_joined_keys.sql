-- a key of several parts: joined with a mark between, NULL where a part is NULL
-- table t
--   a varchar | n bigint
--   x         | 1
--   NULL      | 2
--   中        | NULL
select a, n, key_hash(a || '|' || cast(n as varchar)) as k, key_hash(concat(a, '|', cast(n as varchar))) as never_null,
  key_hash(coalesce(a, '')) % 8 as bucket from t
-- gives
--   a    | n    | k                  | never_null          | bucket
--   x    | 1    | 307952286442210308 | 307952286442210308  | 3
--   NULL | 2    | NULL               | 1133326041378157835 | 0
--   中    | NULL | NULL               | 1151200325384853230 | 5
