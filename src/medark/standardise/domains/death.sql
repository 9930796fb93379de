-- One row a person who died: what was said last, in this wave or before. "Died, day unknown" has no row in OMOP: the
-- gate keeps it back for want of a date.
with said as (
  select
    k.person_id,
    d.record_no * 68719476736 + d.row_no * 16 + d.part_no as said_no,
    in_zone(d.death_time, :source_zone, :zone) as died_at,
    d.death_time,
    coalesce(d.cause_code, d.cause_text) as cause,
    'condition|' || coalesce(d.cause_system, '') || '|' || coalesce(d.cause_code, d.cause_text) || '||||' as code_key,
    d.type,
    d.record_no,
    d.row_no
  from staged_death as d
  left join person_key as k on k.person_key = d.person_key
),
latest as (
  select
    person_id,
    max_by(died_at, said_no) filter (where died_at is not null) as died_at,
    max_by(death_time, said_no) filter (where died_at is not null) as death_time,
    max_by(cause, said_no) filter (where cause is not null) as cause,
    max_by(code_key, said_no) filter (where cause is not null) as code_key,
    max_by(type, said_no) filter (where type is not null) as type,
    max_by(record_no, said_no) as record_no,
    max_by(row_no, said_no) as row_no
  from said
  group by person_id
)
select
  l.person_id,
  coalesce(cast(l.died_at as date), was.death_date) as death_date,
  case when l.died_at is null then was.death_datetime when has_time(l.death_time) then l.died_at end as death_datetime,
  case
    when is_partial_date(l.death_time) then 32880  -- made up from a year or month (FHIR-to-OMOP f2o-071)
    when l.died_at is null and was.death_type_concept_id = 32880 then 32880
    when l.type is not null then coalesce(t.concept_id, 32817)
    when was.death_type_concept_id = 32880 then 32817
    else coalesce(was.death_type_concept_id, 32817)
  end as death_type_concept_id,
  case when l.cause is not null then coalesce(c.concept_id, 0) else was.cause_concept_id end as cause_concept_id,
  coalesce(substr(l.cause, 1, 50), was.cause_source_value) as cause_source_value,
  case when l.cause is not null then coalesce(c.source_concept_id, 0) else was.cause_source_concept_id end
    as cause_source_concept_id,
  l.record_no as medark_record_no,
  l.row_no as medark_row_no,
  0 as part_no
from latest as l
left join lake_death as was on was.person_id = l.person_id
left join chosen_code as c on c.code_key = l.code_key and c.map_no = 0
left join value_map as t on t.set_name = 'type_concept' and t.value = l.type
