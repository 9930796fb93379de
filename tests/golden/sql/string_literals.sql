-- a backslash in a text is a letter, a quote is written twice, a parameter mark inside is text
-- table t
--   x varchar
--   a
select 'a\b' as backslash, 'it''s' as quote_, ':x ? $1' as marks, '中文' as chinese from t
-- gives
--   backslash | quote_ | marks   | chinese
--   a\b       | it's   | :x ? $1 | 中文
