-- points for conditions that may be unknown, and the band that their sum lies in
-- table t
--   id integer | age integer | sbp double | creatinine double
--   1          | 70          | 95         | NULL
--   2          | 40          | 130        | 2.1
--   3          | NULL        | NULL       | NULL
select id, points, case when points >= 3 then 'high' when points >= 1 then 'some' else 'low' end as band, unknown from
  (select id, coalesce(case when age >= 65 then 1 else 0 end, 0) + case when sbp < 100 then 2 else 0 end
     + case when creatinine > 1.5 then 1.5 else 0 end as points,
   case when age is null then 1 else 0 end + case when sbp is null then 1 else 0 end
     + case when creatinine is null then 1 else 0 end as unknown from t) as scored
-- gives
--   id | points | band | unknown
--   1  | 3      | high | 1
--   2  | 1.5    | some | 0
--   3  | 0      | low  | 3
