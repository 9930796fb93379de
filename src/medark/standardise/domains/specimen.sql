-- Samples that were taken. specimen_source_id stays empty: an accession number is an identifier.
select
  case
    when s.event_key is not null then key_hash(:salt || '|' || :source || '|specimen|' || s.event_key)
    else 4611686018427387904 + s.record_no * 68719476736 + s.row_no * 16 + s.part_no
  end as specimen_id,
  p.person_id,
  coalesce(c.concept_id, w.concept_id, 0) as specimen_concept_id,
  case when is_partial_date(s.collected_time) then 32882 else coalesce(t.concept_id, 32817) end
    as specimen_type_concept_id,
  cast(in_zone(s.collected_time, :source_zone, :zone) as date) as specimen_date,
  case when has_time(s.collected_time) then in_zone(s.collected_time, :source_zone, :zone) end as specimen_datetime,
  finite_number(s.quantity) as quantity,
  case when s.unit is not null then coalesce(u.concept_id, 0) end as unit_concept_id,
  case when coalesce(s.site_code, s.site_text) is not null then coalesce(a.concept_id, b.concept_id, 0) end
    as anatomic_site_concept_id,
  case when s.status is not null then coalesce(d.concept_id, 0) end as disease_status_concept_id,
  cast(null as varchar) as specimen_source_id,
  substr(coalesce(s.code, s.code_text), 1, 50) as specimen_source_value,
  substr(s.unit, 1, 50) as unit_source_value,
  substr(coalesce(s.site_code, s.site_text), 1, 50) as anatomic_site_source_value,
  substr(s.status, 1, 50) as disease_status_source_value,
  s.record_no as medark_record_no,
  s.row_no as medark_row_no,
  s.part_no
from staged_specimen as s
left join person_key as p on p.person_key = s.person_key
left join chosen_code as c
  on c.code_key = 'specimen|' || coalesce(s.code_system, '') || '|' || coalesce(s.code, s.code_text) || '||||'
  and c.domain_id = 'Specimen' and c.map_no = 0
left join chosen_code as a
  on a.code_key = 'specimen|' || coalesce(s.site_system, '') || '|' || coalesce(s.site_code, s.site_text) || '||||'
  and a.domain_id = 'Spec Anatomic Site' and a.map_no = 0
left join value_map as w on w.set_name = 'specimen' and w.value = lower(coalesce(s.code, s.code_text))
left join value_map as b on b.set_name = 'body_site' and b.value = lower(coalesce(s.site_code, s.site_text))
left join value_map as d on d.set_name = 'disease_status' and d.value = lower(s.status)
left join value_map as t on t.set_name = 'type_concept' and t.value = s.type
left join unit_map as u on u.unit = s.unit
