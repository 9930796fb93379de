-- What was counted at a place on a day, or on some days, and is nobody's: a sale, pupils absent, samples of waste water.
-- The lake keeps days, no times: who knows when somebody was in a shop could tell what they bought.
with keyed as (
  select
    n.*,
    in_zone(n.start_time, :source_zone, :zone) as started,
    in_zone(n.end_time, :source_zone, :zone) as ended,
    'count|' || coalesce(n.code_system, '') || '|' || coalesce(n.code, n.code_text, '') || '|'
      || coalesce(n.alt_system, '') || '|' || coalesce(n.alt_code, '') || '||' as code_key
  from staged_count as n
)
select
  case
    when k.event_key is not null then key_hash(:salt || '|' || :source || '|count|' || k.event_key)
    -- Files without keys: the place is the key (see coded_event.sql).
    else 4611686018427387904 + k.record_no * 68719476736 + k.row_no * 16 + k.part_no
  end as event_count_id,
  coalesce(c.concept_id, 0) as event_count_concept_id,
  cast(k.started as date) as event_count_start_date,
  cast(coalesce(k.ended, k.started) as date) as event_count_end_date,
  coalesce(t.concept_id, 0) as event_count_type_concept_id,
  finite_number(k.quantity) as quantity,
  case when k.unit is not null then coalesce(u.concept_id, 0) end as unit_concept_id,
  s.care_site_id,
  h.location_id,
  substr(coalesce(k.code, k.code_text), 1, 50) as event_count_source_value,
  coalesce(c.source_concept_id, 0) as event_count_source_concept_id,
  substr(k.unit, 1, 50) as unit_source_value,
  k.record_no as medark_record_no,
  k.row_no as medark_row_no,
  k.part_no
from keyed as k
left join chosen_code as c on c.code_key = k.code_key and c.map_no = 0
left join value_map as t on t.set_name = 'type_concept' and t.value = k.type
left join unit_map as u on u.unit = k.unit
left join care_site_number as s on s.care_site_key = k.care_site_key
left join location_number as h on h.location_key = k.location_key
