-- NaN is equal to itself and more than all else, to be grouped, ordered, compared and chosen
-- table t
--   g varchar | x double
--   a         | nan
--   a         | 1
--   a         | NULL
--   b         | inf
--   b         | 2
--   c         | nan
select g, max(x) as most, min(x) as least_, sum(x) as total, count(distinct x) as kinds, max_by(g, x) as of_most,
  bool_or(x = x) as itself, bool_or(x > 1e308) as above, max(greatest(x, 5.0)) as g5, max(least(x, 5.0)) as l5 from t group by g
-- gives
--   g | most | least_ | total | kinds | of_most | itself | above | g5  | l5
--   a | nan  | 1      | nan   | 2     | a       | true   | true  | nan | 5
--   b | inf  | 2      | inf   | 2     | b       | true   | true  | inf | 5
--   c | nan  | nan    | nan   | 1     | c       | true   | true  | nan | 5
