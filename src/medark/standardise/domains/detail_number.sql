-- The surrogate id of every visit detail key (a ward stay, a bed, a transfer) of the wave.
select
  detail_key,
  key_hash(:salt || '|' || :people || '|visit_detail|' || detail_key) as detail_id
from (
  select detail_key from staged_visit_detail
  union select preceding_key from staged_visit_detail
  union select detail_key from staged_event
  union select detail_key from staged_note
  union select detail_key from staged_specimen
  union select detail_key from staged_image
) as named
where detail_key is not null
