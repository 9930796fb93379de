-- What the wave says of each part of a visit, attribute by attribute, the latest word of each. An empty end_time (not
-- a missing one) takes an end back.
with said as (
  select
    n.detail_id,
    p.person_id,
    v.record_no * 68719476736 + v.row_no * 16 + v.part_no as said_no,
    in_zone(v.start_time, :source_zone, :zone) as start_at,
    v.start_time,
    in_zone(v.end_time, :source_zone, :zone) as end_at,
    -- What can't be read says nothing; an empty text says that there is no end.
    case when v.end_time = '' or in_zone(v.end_time, :source_zone, :zone) is not null then v.end_time end as end_time,
    coalesce(v.class_code, v.class_text) as class,
    coalesce(c.concept_id, w.concept_id, 0) as concept_id,
    v.visit_key,
    v.provider_key,
    v.care_site_key,
    v.admitted_from,
    v.discharged_to,
    v.preceding_key,
    v.type,
    v.record_no,
    v.row_no,
    v.part_no
  from staged_visit_detail as v
  join detail_number as n on n.detail_key = v.detail_key
  left join person_key as p on p.person_key = v.person_key
  left join value_map as c on c.set_name = 'visit' and c.value = lower(v.class_code)
  left join value_map as w on w.set_name = 'visit' and w.value = lower(v.class_text)
)
select
  detail_id,
  max_by(person_id, said_no) filter (where person_id is not null) as person_id,
  max_by(start_at, said_no) filter (where start_at is not null) as start_at,
  max_by(start_time, said_no) filter (where start_at is not null) as start_time,
  max_by(end_at, said_no) filter (where end_at is not null) as end_at,
  max_by(end_time, said_no) filter (where end_time is not null) as end_time,
  max_by(class, said_no) filter (where class is not null) as class,
  max_by(concept_id, said_no) filter (where class is not null) as concept_id,
  max_by(visit_key, said_no) filter (where visit_key is not null) as visit_key,
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
group by detail_id
