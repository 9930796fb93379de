-- One row a visit: what was said last, in this wave or before.
with told as (
  select
    l.visit_id,
    coalesce(l.person_id, was.person_id) as person_id,
    case when l.class is not null then l.concept_id else coalesce(was.visit_concept_id, 0) end as visit_concept_id,
    case when l.start_at is not null then cast(l.start_at as date) else was.visit_start_date end as start_date,
    case
      when l.start_at is null then was.visit_start_datetime
      when has_time(l.start_time) then l.start_at
    end as start_datetime,
    -- An end of the lake's holds until another is said or it is taken back; one that was made up is made up again.
    case
      when l.end_time = '' then null
      when l.end_at is not null then cast(l.end_at as date)
      when was.visit_type_concept_id <> 32882 then was.visit_end_date
    end as end_date,
    case
      when l.end_time = '' then null
      when l.end_at is null then was.visit_end_datetime
      when has_time(l.end_time) then l.end_at
    end as end_datetime,
    case
      when l.start_at is not null then is_partial_date(l.start_time)
      else coalesce(was.visit_type_concept_id = 32880, false)
    end as start_is_partial,
    l.provider_key,
    l.care_site_key,
    l.class,
    l.admitted_from,
    l.discharged_to,
    l.preceding_key,
    l.type,
    l.record_no,
    l.row_no,
    l.part_no,
    was.provider_id,
    was.care_site_id,
    was.visit_type_concept_id,
    was.visit_source_value,
    was.admitted_from_concept_id,
    was.admitted_from_source_value,
    was.discharged_to_concept_id,
    was.discharged_to_source_value,
    was.preceding_visit_occurrence_id
  from visit_said as l
  left join lake_visit_occurrence as was on was.visit_occurrence_id = l.visit_id
  where l.class is null or l.class <> 'CANCELLED'
),
ended as (
  select
    t.*,
    -- A stay that may last: one in a bed, of which no end is known.
    t.end_date is null and t.visit_concept_id in (9201, 262, 32037, 8717, 42898160) as is_open
  from told as t
)
select
  e.visit_id as visit_occurrence_id,
  e.person_id,
  e.visit_concept_id,
  e.start_date as visit_start_date,
  e.start_datetime as visit_start_datetime,
  -- OMOP wants an end. An open stay is known to last until the day of its latest word; any other visit is of one day
  -- (OHDSI THEMIS: without an end, outpatient and emergency visits end the day they began).
  coalesce(
    e.end_date,
    case when e.is_open then greatest(e.start_date, cast(:arrived as date)) else e.start_date end
  ) as visit_end_date,
  e.end_datetime as visit_end_datetime,
  -- A date that is made up is said to be (FHIR-to-OMOP f2o-071), and of which kind, so that it can be made up again:
  -- 32880 (standard algorithm) a start of which only the year or month is known, 32882 (… from EHR) an end not told.
  case
    when e.start_is_partial then 32880
    when e.end_date is null then 32882
    when e.type is not null then coalesce(t.concept_id, 32817)
    when e.visit_type_concept_id in (32880, 32882) then 32817
    else coalesce(e.visit_type_concept_id, 32817)
  end as visit_type_concept_id,
  coalesce(n.provider_id, e.provider_id) as provider_id,
  coalesce(s.care_site_id, e.care_site_id) as care_site_id,
  coalesce(substr(e.class, 1, 50), e.visit_source_value) as visit_source_value,
  0 as visit_source_concept_id,
  case when e.admitted_from is not null then coalesce(a.concept_id, 0) else e.admitted_from_concept_id end
    as admitted_from_concept_id,
  coalesce(substr(e.admitted_from, 1, 50), e.admitted_from_source_value) as admitted_from_source_value,
  case when e.discharged_to is not null then coalesce(d.concept_id, 0) else e.discharged_to_concept_id end
    as discharged_to_concept_id,
  coalesce(substr(e.discharged_to, 1, 50), e.discharged_to_source_value) as discharged_to_source_value,
  coalesce(b.visit_id, e.preceding_visit_occurrence_id) as preceding_visit_occurrence_id,
  e.record_no as medark_record_no,
  e.row_no as medark_row_no,
  e.part_no
from ended as e
left join provider_number as n on n.provider_key = e.provider_key
left join care_site_number as s on s.care_site_key = e.care_site_key
left join visit_number as b on b.visit_key = e.preceding_key
left join value_map as t on t.set_name = 'type_concept' and t.value = e.type
left join value_map as a on a.set_name = 'admitted_from' and a.value = lower(e.admitted_from)
left join value_map as d on d.set_name = 'discharged_to' and d.value = lower(e.discharged_to)
