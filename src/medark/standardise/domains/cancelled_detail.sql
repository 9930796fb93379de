-- Parts of visits whose latest word is that they never were, or whose visit never was: a row that an earlier wave gave
-- has to go.
select
  l.detail_id as visit_detail_id,
  coalesce(l.person_id, was.person_id) as person_id
from detail_said as l
left join lake_visit_detail as was on was.visit_detail_id = l.detail_id
where l.class = 'CANCELLED'
union
select d.visit_detail_id, d.person_id
from lake_visit_detail as d
join cancelled_visit as c on c.visit_occurrence_id = d.visit_occurrence_id
