-- Each key of a person that the wave or an earlier merge names, with the person's number: the hash of the key that
-- survived all merges. It depends on the key, the merges and the salt alone, so a rebuild gives equal numbers.
-- A form that an application keeps (no other source can have such a name) may be about somebody who came with a number
-- of their own, in OMOP's tables: it says that number.
with named as (
  select person_key from staged_person
  union select person_key from staged_identifier
  union select person_key from staged_death
  union select person_key from staged_visit
  union select person_key from staged_visit_detail
  union select person_key from staged_event
  union select person_key from staged_note
  union select person_key from staged_specimen
  union select person_key from staged_image
  union select person_key from staged_cost
  union select person_key from staged_coverage
  union select person_key from staged_relation
  union select person_key from staged_person_link
  union select survivor_key as person_key from staged_person_link
  union select person_key from staged_person_tie
  union select other_key as person_key from staged_person_tie
  union select person_key from person_link
  union select survivor_key as person_key from person_link
)
select
  n.person_key,
  case
    when :source like '%/app:%' and n.person_key like 'urn:medark:person:%' then try_cast(substr(n.person_key, 19) as bigint)
    else key_hash(:salt || '|' || :people || '|person|' || coalesce(l.survivor_key, n.person_key))
  end as person_id
from named as n
left join person_link as l on l.person_key = n.person_key
where n.person_key is not null
