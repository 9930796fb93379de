-- The surrogate id of every provider key of the wave, and where it was first named.
select
  provider_key,
  key_hash(:salt || '|' || :people || '|provider|' || provider_key) as provider_id,
  min(record_no) as record_no,
  min_by(row_no, record_no * 68719476736 + row_no * 16) as row_no
from (
  select provider_key, record_no, row_no from staged_provider
  union all select provider_key, record_no, row_no from staged_person
  union all select provider_key, record_no, row_no from staged_visit
  union all select provider_key, record_no, row_no from staged_visit_detail
  union all select provider_key, record_no, row_no from staged_event
  union all select provider_key, record_no, row_no from staged_note
  union all select provider_key, record_no, row_no from staged_specimen
  union all select provider_key, record_no, row_no from staged_image
) as named
where provider_key is not null
group by provider_key
