-- The day each known visit began: for an event whose own day nobody said.
select visit_occurrence_id as visit_id, visit_start_date as start_date
from visit_occurrence_rows
union all
select l.visit_occurrence_id, l.visit_start_date
from lake_visit_occurrence as l
left join visit_said as s on s.visit_id = l.visit_occurrence_id
where s.visit_id is null
