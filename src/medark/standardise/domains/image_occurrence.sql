-- One row a series of pictures (OHDSI Medical Imaging extension): the files of a series come together here, those of
-- this wave and those of waves before. A series is known by its UIDs, wherever and in however many parts it arrives.
with said as (
  select
    key_hash(:salt || '|image|' || i.study_uid || '|' || i.series_uid) as image_occurrence_id,
    p.person_id,
    v.visit_id,
    case
      when i.procedure_key is not null then key_hash(:salt || '|' || :source || '|procedure|' || i.procedure_key)
    end as procedure_id,
    i.study_uid,
    i.series_uid,
    lower(i.modality) as modality,
    lower(i.body_site) as body_site,
    cast(in_zone(i.study_time, :source_zone, :zone) as date) as day,
    i.record_no * 68719476736 + i.row_no * 16 + i.part_no as said_no,
    i.record_no,
    i.row_no
  from staged_image as i
  left join person_key as p on p.person_key = i.person_key
  left join event_visit as v on v.visit_key = i.visit_key
),
latest as (
  select
    image_occurrence_id,
    max_by(person_id, said_no) filter (where person_id is not null) as person_id,
    max_by(visit_id, said_no) filter (where visit_id is not null) as visit_id,
    max_by(procedure_id, said_no) filter (where procedure_id is not null) as procedure_id,
    max(study_uid) as study_uid,
    max(series_uid) as series_uid,
    max_by(modality, said_no) filter (where modality is not null) as modality,
    max_by(body_site, said_no) filter (where body_site is not null) as body_site,
    min(day) as day,
    max_by(record_no, said_no) as record_no,
    max_by(row_no, said_no) as row_no
  from said
  group by image_occurrence_id
)
select
  l.image_occurrence_id,
  coalesce(l.person_id, was.person_id) as person_id,
  coalesce(e.event_id, was.procedure_occurrence_id) as procedure_occurrence_id,
  coalesce(l.visit_id, was.visit_occurrence_id) as visit_occurrence_id,
  case when l.body_site is not null then coalesce(b.concept_id, c.concept_id, 0)
    else was.anatomic_site_concept_id end as anatomic_site_concept_id,
  was.wadors_uri,
  was.local_path,
  least(l.day, was.image_occurrence_date) as image_occurrence_date,
  -- A UID is digits and dots, in some exports a UUID; what could be a path is none, and the gate keeps the row back.
  case
    when length(l.study_uid) <= 64 and regexp_matches(l.study_uid, '^[0-9A-Za-z]+([.-][0-9A-Za-z]+)*$')
      then l.study_uid
  end as image_study_uid,
  case
    when length(l.series_uid) <= 64 and regexp_matches(l.series_uid, '^[0-9A-Za-z]+([.-][0-9A-Za-z]+)*$')
      then l.series_uid
  end as image_series_uid,
  case when l.modality is not null then coalesce(m.concept_id, 0) else coalesce(was.modality_concept_id, 0) end
    as modality_concept_id,
  l.record_no as medark_record_no,
  l.row_no as medark_row_no,
  0 as part_no
from latest as l
left join lake_image_occurrence as was on was.image_occurrence_id = l.image_occurrence_id
left join event_place as e on e.event_id = l.procedure_id and e.domain = 'procedure'
left join value_map as m on m.set_name = 'modality' and m.value = l.modality
left join value_map as b on b.set_name = 'body_site' and b.value = l.body_site
left join chosen_code as c on c.code_key = 'site|SNOMED|' || l.body_site || '||||' and c.map_no = 0
