-- One row a part of a visit (a ward, a bed, a transfer): what was said last of each attribute, in this wave or before.
with told as (
  select
    l.*,
    coalesce(l.person_id, was.person_id) as whose,
    case when l.start_at is not null then cast(l.start_at as date) else was.visit_detail_start_date end as start_date,
    case
      when l.start_at is null then was.visit_detail_start_datetime
      when has_time(l.start_time) then l.start_at
    end as start_datetime,
    case
      when l.end_time = '' then null
      when l.end_at is not null then cast(l.end_at as date)
      when was.visit_detail_type_concept_id <> 32882 then was.visit_detail_end_date
    end as end_date,
    case
      when l.end_time = '' then null
      when l.end_at is null then was.visit_detail_end_datetime
      when has_time(l.end_time) then l.end_at
    end as end_datetime,
    was.visit_detail_concept_id,
    was.visit_detail_type_concept_id,
    was.provider_id,
    was.care_site_id,
    was.visit_detail_source_value,
    was.admitted_from_concept_id,
    was.admitted_from_source_value,
    was.discharged_to_concept_id,
    was.discharged_to_source_value,
    was.preceding_visit_detail_id,
    was.visit_occurrence_id
  from detail_said as l
  left join lake_visit_detail as was on was.visit_detail_id = l.detail_id
  where l.class is null or l.class <> 'CANCELLED'
)
select
  e.detail_id as visit_detail_id,
  e.whose as person_id,
  case when e.class is not null then e.concept_id else coalesce(e.visit_detail_concept_id, 0) end
    as visit_detail_concept_id,
  e.start_date as visit_detail_start_date,
  e.start_datetime as visit_detail_start_datetime,
  -- Without an end it is known for the day it began; the visit says how long the person stayed.
  coalesce(e.end_date, e.start_date) as visit_detail_end_date,
  e.end_datetime as visit_detail_end_datetime,
  -- As in visit_occurrence: what is made up is said to be.
  case
    when is_partial_date(e.start_time) then 32880
    when e.start_at is null and e.visit_detail_type_concept_id = 32880 then 32880
    when e.end_date is null then 32882
    when e.type is not null then coalesce(t.concept_id, 32817)
    when e.visit_detail_type_concept_id in (32880, 32882) then 32817
    else coalesce(e.visit_detail_type_concept_id, 32817)
  end as visit_detail_type_concept_id,
  coalesce(n.provider_id, e.provider_id) as provider_id,
  coalesce(s.care_site_id, e.care_site_id) as care_site_id,
  coalesce(substr(e.class, 1, 50), e.visit_detail_source_value) as visit_detail_source_value,
  0 as visit_detail_source_concept_id,
  case when e.admitted_from is not null then coalesce(a.concept_id, 0) else e.admitted_from_concept_id end
    as admitted_from_concept_id,
  coalesce(substr(e.admitted_from, 1, 50), e.admitted_from_source_value) as admitted_from_source_value,
  coalesce(substr(e.discharged_to, 1, 50), e.discharged_to_source_value) as discharged_to_source_value,
  case when e.discharged_to is not null then coalesce(d.concept_id, 0) else e.discharged_to_concept_id end
    as discharged_to_concept_id,
  coalesce(b.detail_id, e.preceding_visit_detail_id) as preceding_visit_detail_id,
  cast(null as bigint) as parent_visit_detail_id,
  coalesce(v.visit_id, e.visit_occurrence_id) as visit_occurrence_id,
  e.record_no as medark_record_no,
  e.row_no as medark_row_no,
  e.part_no
from told as e
left join visit_number as v on v.visit_key = e.visit_key
left join provider_number as n on n.provider_key = e.provider_key
left join care_site_number as s on s.care_site_key = e.care_site_key
left join detail_number as b on b.detail_key = e.preceding_key
left join value_map as t on t.set_name = 'type_concept' and t.value = e.type
left join value_map as a on a.set_name = 'admitted_from' and a.value = lower(e.admitted_from)
left join value_map as d on d.set_name = 'discharged_to' and d.value = lower(e.discharged_to)
