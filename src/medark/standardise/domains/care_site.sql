-- Organisations, departments and wards: what was said last of each attribute, in this wave or before. One that is
-- only named is a row of its number alone.
with latest as (
  select
    s.care_site_key,
    max_by(s.name, s.said_no) filter (where s.name is not null) as name,
    max_by(s.kind, s.said_no) filter (where s.kind is not null) as kind,
    max_by(s.location_key, s.said_no) filter (where s.location_key is not null) as location_key,
    max_by(s.record_no, s.said_no) as record_no,
    max_by(s.row_no, s.said_no) as row_no
  from (select *, record_no * 68719476736 + row_no * 16 + part_no as said_no from staged_care_site) as s
  group by s.care_site_key
)
select
  n.care_site_id,
  coalesce(substr(l.name, 1, 255), was.care_site_name) as care_site_name,
  case
    when l.kind is not null then coalesce(p.concept_id, 0)
    else was.place_of_service_concept_id
  end as place_of_service_concept_id,
  coalesce(h.location_id, was.location_id) as location_id,
  substr(n.care_site_key, 1, 50) as care_site_source_value,
  coalesce(substr(l.kind, 1, 50), was.place_of_service_source_value) as place_of_service_source_value,
  coalesce(l.record_no, n.record_no) as medark_record_no,
  coalesce(l.row_no, n.row_no) as medark_row_no,
  0 as part_no
from care_site_number as n
left join latest as l on l.care_site_key = n.care_site_key
left join lake_care_site as was on was.care_site_id = n.care_site_id
left join location_number as h on h.location_key = l.location_key
left join value_map as p on p.set_name = 'place_of_service' and p.value = lower(l.kind)
where l.care_site_key is not null or was.care_site_id is null
