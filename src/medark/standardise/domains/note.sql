-- Documents in words. note_class_concept_id is what kind of document it is; all text is kept as UTF-8 (32678).
select
  case
    when n.event_key is not null then key_hash(:salt || '|' || :source || '|note|' || n.event_key)
    else 4611686018427387904 + n.record_no * 68719476736 + n.row_no * 16 + n.part_no
  end as note_id,
  p.person_id,
  cast(in_zone(n.note_time, :source_zone, :zone) as date) as note_date,
  case when has_time(n.note_time) then in_zone(n.note_time, :source_zone, :zone) end as note_datetime,
  case when is_partial_date(n.note_time) then 32882 else coalesce(t.concept_id, 32831) end as note_type_concept_id,
  coalesce(w.concept_id, c.concept_id, 0) as note_class_concept_id,
  substr(n.title, 1, 250) as note_title,
  n.text as note_text,
  32678 as encoding_concept_id,
  coalesce(g.concept_id, case when lower(n.language) like 'en%' then 4180186 else 0 end) as language_concept_id,
  d.provider_id,
  v.visit_id as visit_occurrence_id,
  coalesce(s.detail_id, v.detail_id) as visit_detail_id,
  substr(coalesce(n.class_code, n.class_text), 1, 50) as note_source_value,
  cast(null as bigint) as note_event_id,
  cast(null as integer) as note_event_field_concept_id,
  n.record_no as medark_record_no,
  n.row_no as medark_row_no,
  n.part_no
from staged_note as n
left join person_key as p on p.person_key = n.person_key
left join event_visit as v on v.visit_key = n.visit_key
left join detail_number as s on s.detail_key = n.detail_key
left join provider_number as d on d.provider_key = n.provider_key
left join value_map as t on t.set_name = 'type_concept' and t.value = n.type
left join value_map as w on w.set_name = 'note_class' and w.value = lower(coalesce(n.class_code, n.class_text))
left join value_map as g on g.set_name = 'language' and g.value = lower(n.language)
left join chosen_code as c
  on c.code_key = 'note|' || coalesce(n.class_system, '') || '|' || coalesce(n.class_code, n.class_text) || '||||'
  and c.map_no = 0
