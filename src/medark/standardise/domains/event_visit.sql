-- The visit that each visit key means. A source may file what happened under a part of a visit as if it were a visit
-- (FHIR: an Encounter that is part of another): then it is that part, and the visit is the one it is part of.
with part as (
  select s.detail_id, coalesce(v.visit_id, was.visit_occurrence_id) as visit_id
  from detail_said as s
  left join visit_number as v on v.visit_key = s.visit_key
  left join lake_visit_detail as was on was.visit_detail_id = s.detail_id
  where s.class is null or s.class <> 'CANCELLED'
  union
  select was.visit_detail_id, was.visit_occurrence_id
  from lake_visit_detail as was
  left join detail_said as s on s.detail_id = was.visit_detail_id
  where s.detail_id is null
),
known as (
  select n.visit_key, p.visit_id, p.detail_id
  from visit_number as n
  join part as p on p.detail_id = key_hash(:salt || '|' || :people || '|visit_detail|' || n.visit_key)
  left join visit_said as s on s.visit_id = n.visit_id
  left join lake_visit_occurrence as was on was.visit_occurrence_id = n.visit_id
  -- A key of both is a visit's: the source numbers them apart.
  where s.visit_id is null and was.visit_occurrence_id is null
)
select v.visit_key, coalesce(k.visit_id, v.visit_id) as visit_id, k.detail_id
from visit_number as v
left join known as k on k.visit_key = v.visit_key
