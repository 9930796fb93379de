-- Visits whose latest word is that they never were (class_code CANCELLED: HL7 A11, FHIR entered-in-error): they give no
-- row, and a row that an earlier wave gave has to go.
select
  l.visit_id as visit_occurrence_id,
  coalesce(l.person_id, was.person_id) as person_id
from visit_said as l
left join lake_visit_occurrence as was on was.visit_occurrence_id = l.visit_id
where l.class = 'CANCELLED'
