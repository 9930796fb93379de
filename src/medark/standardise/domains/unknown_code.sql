-- Codes of events that no standard concept stands for, with what their source calls them: for whoever maps them.
select
  e.kind,
  coalesce(nullif(trim(e.code_system), ''), :source) as code_system,
  trim(coalesce(e.code, e.code_text)) as code,
  substr(max(e.code_text), 1, 200) as code_text,
  max(e.unit) as unit
from coded_event as c
join staged_event as e on e.record_no = c.medark_record_no and e.row_no = c.medark_row_no and e.part_no = c.part_no
where c.concept_id = 0
  and trim(coalesce(e.code, e.code_text)) <> ''
  and coalesce(e.code_system, '') <> 'urn:medark:fhir-reference'
group by e.kind, coalesce(nullif(trim(e.code_system), ''), :source), trim(coalesce(e.code, e.code_text))
