-- One row a visit: admission, transfer and discharge messages of one visit come together here, latest word first.
with said as (
  select
    key_hash(:salt || '|' || :people || '|visit|' || v.visit_key) as visit_occurrence_id,
    p.person_id,
    v.record_no * 4294967296 + v.row_no as said_no,
    in_zone(v.start_time, :source_zone, :zone) as start_at,
    has_time(v.start_time) as start_has_time,
    in_zone(v.end_time, :source_zone, :zone) as end_at,
    has_time(v.end_time) as end_has_time,
    v.class_code,
    v.class_text,
    v.provider_key,
    v.care_site_key,
    v.admitted_from,
    v.discharged_to,
    v.preceding_key,
    v.type,
    v.record_no,
    v.row_no,
    v.part_no
  from staged_visit as v
  left join person_key as p on p.person_key = v.person_key
),
latest as (
  select
    visit_occurrence_id,
    max_by(person_id, said_no) filter (where person_id is not null) as person_id,
    min(start_at) as start_at,
    bool_or(start_has_time) as start_has_time,
    max_by(end_at, said_no) filter (where end_at is not null) as end_at,
    max_by(end_has_time, said_no) filter (where end_at is not null) as end_has_time,
    max_by(class_code, said_no) filter (where class_code is not null) as class_code,
    max_by(class_text, said_no) filter (where class_text is not null) as class_text,
    max_by(provider_key, said_no) filter (where provider_key is not null) as provider_key,
    max_by(care_site_key, said_no) filter (where care_site_key is not null) as care_site_key,
    max_by(admitted_from, said_no) filter (where admitted_from is not null) as admitted_from,
    max_by(discharged_to, said_no) filter (where discharged_to is not null) as discharged_to,
    max_by(preceding_key, said_no) filter (where preceding_key is not null) as preceding_key,
    max_by(type, said_no) filter (where type is not null) as type,
    max_by(record_no, said_no) as record_no,
    max_by(row_no, said_no) as row_no,
    max_by(part_no, said_no) as part_no
  from said
  group by visit_occurrence_id
),
placed as (
  select
    l.*,
    coalesce(c.concept_id, before.visit_concept_id, 0) as visit_concept_id,
    least(l.start_at, coalesce(before.visit_start_datetime, cast(before.visit_start_date as timestamp), l.start_at)) as began_at
  from latest as l
  left join lake_visit_occurrence as before on before.visit_occurrence_id = l.visit_occurrence_id
  left join value_map as c on c.set_name = 'visit' and c.value = lower(coalesce(l.class_code, l.class_text))
)
select
  l.visit_occurrence_id,
  coalesce(l.person_id, before.person_id) as person_id,
  l.visit_concept_id,
  cast(coalesce(l.began_at, before.visit_start_date) as date) as visit_start_date,
  coalesce(case when l.start_has_time then l.began_at end, before.visit_start_datetime) as visit_start_datetime,
  -- OMOP wants an end: a stay that is still open is known until the day its latest word arrived.
  coalesce(
    cast(l.end_at as date),
    before.visit_end_date,
    case when l.visit_concept_id in (9201, 262, 32037, 8717)
      then greatest(cast(l.began_at as date), cast(:arrived as date))
      else cast(l.began_at as date) end
  ) as visit_end_date,
  coalesce(case when l.end_has_time then l.end_at end, before.visit_end_datetime) as visit_end_datetime,
  coalesce(t.concept_id, 32817) as visit_type_concept_id,
  coalesce(key_hash(:salt || '|' || :people || '|provider|' || l.provider_key), before.provider_id) as provider_id,
  coalesce(key_hash(:salt || '|' || :people || '|care_site|' || l.care_site_key), before.care_site_id) as care_site_id,
  coalesce(substr(coalesce(l.class_code, l.class_text), 1, 50), before.visit_source_value) as visit_source_value,
  0 as visit_source_concept_id,
  coalesce(a.concept_id, before.admitted_from_concept_id, 0) as admitted_from_concept_id,
  coalesce(substr(l.admitted_from, 1, 50), before.admitted_from_source_value) as admitted_from_source_value,
  coalesce(d.concept_id, before.discharged_to_concept_id, 0) as discharged_to_concept_id,
  coalesce(substr(l.discharged_to, 1, 50), before.discharged_to_source_value) as discharged_to_source_value,
  coalesce(key_hash(:salt || '|' || :people || '|visit|' || l.preceding_key), before.preceding_visit_occurrence_id) as preceding_visit_occurrence_id,
  l.record_no as medark_record_no,
  l.row_no as medark_row_no,
  l.part_no
from placed as l
left join lake_visit_occurrence as before on before.visit_occurrence_id = l.visit_occurrence_id
left join value_map as t on t.set_name = 'type_concept' and t.value = l.type
left join value_map as a on a.set_name = 'admitted_from' and a.value = lower(l.admitted_from)
left join value_map as d on d.set_name = 'discharged_to' and d.value = lower(l.discharged_to)
