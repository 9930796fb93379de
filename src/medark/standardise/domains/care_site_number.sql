-- The surrogate id of every care site key of the wave, and where it was first named.
select
  care_site_key,
  key_hash(:salt || '|' || :people || '|care_site|' || care_site_key) as care_site_id,
  min(record_no) as record_no,
  min_by(row_no, record_no * 68719476736 + row_no * 16) as row_no
from (
  select care_site_key, record_no, row_no from staged_care_site
  union all select care_site_key, record_no, row_no from staged_provider
  union all select care_site_key, record_no, row_no from staged_person
  union all select care_site_key, record_no, row_no from staged_visit
  union all select care_site_key, record_no, row_no from staged_visit_detail
  union all select care_site_key, record_no, row_no from staged_count
) as named
where care_site_key is not null
group by care_site_key
