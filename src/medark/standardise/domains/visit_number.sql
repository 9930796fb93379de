-- The surrogate id of every visit key of the wave: hashed once a key, not once an event. A form that an application
-- keeps (no other source can have such a name) says the visit by its number here.
select
  visit_key,
  case
    when :source like '%/app:%' and visit_key like 'urn:medark:visit:%' then try_cast(substr(visit_key, 18) as bigint)
    else key_hash(:salt || '|' || :people || '|visit|' || visit_key)
  end as visit_id
from (
  select visit_key from staged_visit
  union select preceding_key from staged_visit
  union select visit_key from staged_visit_detail
  union select visit_key from staged_event
  union select visit_key from staged_note
  union select visit_key from staged_specimen
  union select visit_key from staged_image
  union select about_key from staged_cost where about_kind = 'visit'
) as named
where visit_key is not null
