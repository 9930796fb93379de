-- The surrogate id of every location key of the wave, where it was first named, and whether somebody lives there.
select
  location_key,
  key_hash(:salt || '|' || :people || '|location|' || location_key) as location_id,
  bool_or(is_home) as is_home,
  min(record_no) as record_no,
  min_by(row_no, record_no * 68719476736 + row_no * 16) as row_no
from (
  select location_key, false as is_home, record_no, row_no from staged_location
  union all select location_key, false as is_home, record_no, row_no from staged_care_site
  union all select location_key, false as is_home, record_no, row_no from staged_count
  union all select location_key, true as is_home, record_no, row_no from staged_person
) as named
where location_key is not null
group by location_key
