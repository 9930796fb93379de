-- Providers by number: never a name, a licence number or the source's own key (it may be one). What was said last of
-- each attribute holds; one who is only named is a row of the number alone.
with latest as (
  select
    s.provider_key,
    max_by(s.specialty, s.said_no) filter (where s.specialty is not null) as specialty,
    max_by(s.code_key, s.said_no) filter (where s.specialty is not null) as code_key,
    max_by(s.specialty_text, s.said_no) filter (where s.specialty_text is not null) as specialty_text,
    max_by(s.gender, s.said_no) filter (where s.gender is not null) as gender,
    max_by(s.born_at, s.said_no) filter (where s.born_at is not null) as born_at,
    max_by(s.care_site_key, s.said_no) filter (where s.care_site_key is not null) as care_site_key,
    max_by(s.record_no, s.said_no) as record_no,
    max_by(s.row_no, s.said_no) as row_no
  from (
    select
      provider_key,
      coalesce(specialty_code, specialty_text) as specialty,
      specialty_text,
      'provider|' || coalesce(specialty_system, '') || '|' || coalesce(specialty_code, specialty_text) || '||||'
        as code_key,
      gender,
      in_zone(birth_time, :source_zone, :source_zone) as born_at,
      care_site_key,
      record_no,
      row_no,
      record_no * 68719476736 + row_no * 16 + part_no as said_no
    from staged_provider
  ) as s
  group by s.provider_key
)
select
  n.provider_id,
  cast(null as varchar) as provider_name,
  cast(null as varchar) as npi,
  cast(null as varchar) as dea,
  case
    when l.specialty is not null then coalesce(v.concept_id, w.concept_id, c.concept_id, 0)
    else coalesce(was.specialty_concept_id, 0)
  end as specialty_concept_id,
  coalesce(h.care_site_id, was.care_site_id) as care_site_id,
  coalesce(cast(extract(year from l.born_at) as integer), was.year_of_birth) as year_of_birth,
  case when l.gender is not null then coalesce(g.concept_id, 0) else coalesce(was.gender_concept_id, 0) end
    as gender_concept_id,
  cast(null as varchar) as provider_source_value,
  coalesce(substr(l.specialty, 1, 50), was.specialty_source_value) as specialty_source_value,
  case when l.specialty is not null then coalesce(c.source_concept_id, 0) else was.specialty_source_concept_id end
    as specialty_source_concept_id,
  coalesce(substr(l.gender, 1, 50), was.gender_source_value) as gender_source_value,
  case when l.gender is not null then 0 else was.gender_source_concept_id end as gender_source_concept_id,
  coalesce(l.record_no, n.record_no) as medark_record_no,
  coalesce(l.row_no, n.row_no) as medark_row_no,
  0 as part_no
from provider_number as n
left join latest as l on l.provider_key = n.provider_key
left join lake_provider as was on was.provider_id = n.provider_id
left join care_site_number as h on h.care_site_key = l.care_site_key
left join value_map as v on v.set_name = 'specialty' and v.value = lower(l.specialty)
left join value_map as w on w.set_name = 'specialty' and w.value = lower(l.specialty_text)
left join chosen_code as c on c.code_key = l.code_key and c.map_no = 0
left join value_map as g on g.set_name = 'gender' and g.value = lower(l.gender)
where l.provider_key is not null or was.provider_id is null
