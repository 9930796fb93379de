-- One row a person: what was said last of each attribute, in this batch or before. No name, number or address.
with said as (
  select
    k.person_id,
    p.record_no * 4294967296 + p.row_no as said_no,
    in_zone(p.birth_time, :source_zone, :source_zone) as born_at,
    p.birth_time,
    lower(p.gender) as gender,
    lower(p.race) as race,
    lower(p.ethnicity) as ethnicity,
    p.gender as gender_source_value,
    p.race as race_source_value,
    p.ethnicity as ethnicity_source_value,
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
    max_by(gender_source_value, said_no) filter (where gender is not null) as gender_source_value,
    max_by(race_source_value, said_no) filter (where race is not null) as race_source_value,
    max_by(ethnicity_source_value, said_no) filter (where ethnicity is not null) as ethnicity_source_value,
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
  coalesce(g.concept_id, before.gender_concept_id, 0) as gender_concept_id,
  coalesce(cast(extract(year from l.born_at) as integer), before.year_of_birth) as year_of_birth,
  coalesce(case when date_length(l.birth_time) >= 7 then cast(extract(month from l.born_at) as integer) end, before.month_of_birth) as month_of_birth,
  coalesce(case when date_length(l.birth_time) >= 10 then cast(extract(day from l.born_at) as integer) end, before.day_of_birth) as day_of_birth,
  coalesce(case when has_time(l.birth_time) then l.born_at end, before.birth_datetime) as birth_datetime,
  coalesce(r.concept_id, before.race_concept_id, 0) as race_concept_id,
  coalesce(e.concept_id, before.ethnicity_concept_id, 0) as ethnicity_concept_id,
  coalesce(key_hash(:salt || '|' || :people || '|location|' || l.location_key), before.location_id) as location_id,
  coalesce(key_hash(:salt || '|' || :people || '|provider|' || l.provider_key), before.provider_id) as provider_id,
  coalesce(key_hash(:salt || '|' || :people || '|care_site|' || l.care_site_key), before.care_site_id) as care_site_id,
  cast(null as varchar) as person_source_value,
  coalesce(substr(l.gender_source_value, 1, 50), before.gender_source_value) as gender_source_value,
  0 as gender_source_concept_id,
  coalesce(substr(l.race_source_value, 1, 50), before.race_source_value) as race_source_value,
  0 as race_source_concept_id,
  coalesce(substr(l.ethnicity_source_value, 1, 50), before.ethnicity_source_value) as ethnicity_source_value,
  0 as ethnicity_source_concept_id,
  l.record_no as medark_record_no,
  l.row_no as medark_row_no,
  0 as part_no
from latest as l
left join lake_person as before on before.person_id = l.person_id
left join value_map as g on g.set_name = 'gender' and g.value = l.gender
left join value_map as r on r.set_name = 'race' and r.value = l.race
left join value_map as e on e.set_name = 'ethnicity' and e.value = l.ethnicity
