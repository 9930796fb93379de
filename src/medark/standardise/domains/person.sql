-- One row a person: what was said last of each attribute, in this wave or before. No name, number or address;
-- person_source_value stays empty, because the source's own key may be a patient number (f2o-020, f2o-022).
with said as (
  select
    k.person_id,
    p.record_no * 68719476736 + p.row_no * 16 + p.part_no as said_no,
    -- The day of birth is a local day: it moves neither with a zone nor with the offset it was sent with.
    in_zone(
      case when has_time(p.birth_time) then regexp_replace(p.birth_time, '(?:Z|[+-][0-9]{2}:?[0-9]{0,2})$', '')
        else p.birth_time end,
      :source_zone, :source_zone
    ) as born_at,
    p.birth_time,
    p.gender,
    p.race,
    p.ethnicity,
    p.location_key,
    p.provider_key,
    p.care_site_key,
    p.record_no,
    p.row_no
  from staged_person as p
  join person_key as k on k.person_key = p.person_key
),
latest as (
  select
    person_id,
    max_by(born_at, said_no) filter (where born_at is not null) as born_at,
    max_by(birth_time, said_no) filter (where born_at is not null) as birth_time,
    max_by(gender, said_no) filter (where gender is not null) as gender,
    max_by(race, said_no) filter (where race is not null) as race,
    max_by(ethnicity, said_no) filter (where ethnicity is not null) as ethnicity,
    max_by(location_key, said_no) filter (where location_key is not null) as location_key,
    max_by(provider_key, said_no) filter (where provider_key is not null) as provider_key,
    max_by(care_site_key, said_no) filter (where care_site_key is not null) as care_site_key,
    max_by(record_no, said_no) as record_no,
    max_by(row_no, said_no) as row_no
  from said
  group by person_id
)
select
  l.person_id,
  case when l.gender is not null then coalesce(g.concept_id, 0) else coalesce(was.gender_concept_id, 0) end
    as gender_concept_id,
  case when l.born_at is not null then cast(extract(year from l.born_at) as integer) else was.year_of_birth end
    as year_of_birth,
  case
    when l.born_at is null then was.month_of_birth
    when date_length(l.birth_time) >= 7 then cast(extract(month from l.born_at) as integer)
  end as month_of_birth,
  case
    when l.born_at is null then was.day_of_birth
    when date_length(l.birth_time) >= 10 then cast(extract(day from l.born_at) as integer)
  end as day_of_birth,
  case
    when l.born_at is null then was.birth_datetime
    when has_time(l.birth_time) then in_zone(l.birth_time, :source_zone, :zone)
  end as birth_datetime,
  case when l.race is not null then coalesce(r.concept_id, 0) else coalesce(was.race_concept_id, 0) end
    as race_concept_id,
  case when l.ethnicity is not null then coalesce(e.concept_id, 0) else coalesce(was.ethnicity_concept_id, 0) end
    as ethnicity_concept_id,
  coalesce(h.location_id, was.location_id) as location_id,
  coalesce(d.provider_id, was.provider_id) as provider_id,
  coalesce(s.care_site_id, was.care_site_id) as care_site_id,
  cast(null as varchar) as person_source_value,
  coalesce(substr(l.gender, 1, 50), was.gender_source_value) as gender_source_value,
  0 as gender_source_concept_id,
  coalesce(substr(l.race, 1, 50), was.race_source_value) as race_source_value,
  0 as race_source_concept_id,
  coalesce(substr(l.ethnicity, 1, 50), was.ethnicity_source_value) as ethnicity_source_value,
  0 as ethnicity_source_concept_id,
  l.record_no as medark_record_no,
  l.row_no as medark_row_no,
  0 as part_no
from latest as l
left join lake_person as was on was.person_id = l.person_id
left join location_number as h on h.location_key = l.location_key
left join provider_number as d on d.provider_key = l.provider_key
left join care_site_number as s on s.care_site_key = l.care_site_key
left join value_map as g on g.set_name = 'gender' and g.value = lower(l.gender)
left join value_map as r on r.set_name = 'race' and r.value = lower(l.race)
left join value_map as e on e.set_name = 'ethnicity' and e.value = lower(l.ethnicity)
