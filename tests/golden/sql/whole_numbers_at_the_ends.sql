-- the ends of BIGINT and INTEGER; a constant past INTEGER is a BIGINT
-- table t
--   n bigint             | i integer
--   9223372036854775807  | 2147483647
--   -9223372036854775807 | -2147483648
select n, i, n - 1 as less, i + 3000000000 as more, -n as neg, abs(n) as size_, n % 10 as digit, i / 2 as half,
  3000000000 as large, cast(n as varchar) as said, n = 9223372036854775807 as is_most, i * 3000000000 as twice from t
-- gives
--   n                    | i           | less                 | more       | neg                  | size_               | digit | half         | large      | said                 | is_most | twice
--   9223372036854775807  | 2147483647  | 9223372036854775806  | 5147483647 | -9223372036854775807 | 9223372036854775807 | 7     | 1073741823.5 | 3000000000 | 9223372036854775807  | true    | 6442450941000000000
--   -9223372036854775807 | -2147483648 | -9223372036854775808 | 852516352  | 9223372036854775807  | 9223372036854775807 | -7    | -1073741824  | 3000000000 | -9223372036854775807 | false   | -6442450944000000000
