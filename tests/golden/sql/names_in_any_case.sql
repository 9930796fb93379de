-- names are the same in capitals and small letters, and come back as they were written
-- table t
--   id integer | Value varchar
--   1          | x
SELECT T.ID AS Key_, value AS Said, "Value" AS Quoted FROM T WHERE t.Id = 1 ORDER BY KEY_
-- gives
--   Key_ | Said | Quoted
--   1    | x    | x
