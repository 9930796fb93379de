-- The day on which a visit began, for events whose own day nobody said: only of the visits that such events name.
with named as (
  select distinct n.visit_id
  from staged_event as e
  join event_visit as n on n.visit_key = e.visit_key
  where e.start_time is null
)
select n.visit_id, coalesce(v.visit_start_date, was.visit_start_date) as start_date
from named as n
left join visit_occurrence_rows as v on v.visit_occurrence_id = n.visit_id
left join lake_visit_occurrence as was on was.visit_occurrence_id = n.visit_id
left join visit_said as s on s.visit_id = n.visit_id
where s.class is null or s.class <> 'CANCELLED'
