-- Codes of events that no standard concept stands for, with what their source calls them: for whoever maps them.
with taken as (
  -- What was looked at: the one specimen of the same message, resource or line, or the one that the result names.
  select record_no, row_no, max(coalesce(code_text, code)) as specimen
  from staged_specimen
  group by record_no, row_no
  having count(distinct coalesce(code_text, code)) = 1
),
named as (
  select r.key_1, max(coalesce(s.code_text, s.code)) as specimen
  from staged_relation as r
  join staged_specimen as s on s.event_key = r.key_2
  where r.relationship = 'has_specimen'
  group by r.key_1
  having count(distinct coalesce(s.code_text, s.code)) = 1
)
select
  e.kind,
  coalesce(nullif(trim(e.code_system), ''), :source) as code_system,
  trim(coalesce(e.code, e.code_text)) as code,
  substr(max(e.code_text), 1, 200) as code_text,
  max(e.unit) as unit,
  substr(max(coalesce(n.specimen, t.specimen)), 1, 200) as specimen
from coded_event as c
join staged_event as e on e.record_no = c.medark_record_no and e.row_no = c.medark_row_no and e.part_no = c.part_no
left join named as n on n.key_1 = e.event_key
left join taken as t on t.record_no = e.record_no and t.row_no = e.row_no
where c.concept_id = 0
  and trim(coalesce(e.code, e.code_text)) <> ''
  and coalesce(e.code_system, '') <> 'urn:medark:fhir-reference'
group by e.kind, coalesce(nullif(trim(e.code_system), ''), :source), trim(coalesce(e.code, e.code_text))
