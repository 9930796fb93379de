-- What the vocabulary, then the site's own map, knows of each spelling. The hash stands for vocabulary and code: no two
-- in a map have the same (that is checked when it is made), and a code that is not there has one of its 60-bit hashes
-- about once in 200,000 million.
with mapped as (
  select s.code_key, s.turn, s.guess, s.broader, m.map_no, m.concept_id, m.source_concept_id, m.domain_id
  from spelling as s
  join code_map as m on m.code_hash = s.code_hash
),
single as (
  select code_key, turn
  from mapped
  where guess
  group by code_key, turn
  having count(distinct source_concept_id) = 1
),
own as (
  -- Under the name the source gives its system, or the name OMOP gives it.
  select code_key, place, system as vocabulary_id, code from coding
  union
  select code_key, place, vocabulary_id, code from coding
  union
  -- Or as somebody decided for this source, kind and system alone.
  select code_key, place, :source || '|' || coalesce(kind, '') || '|' || system as vocabulary_id, code from coding
)
select
  m.code_key,
  m.turn,
  m.map_no,
  m.concept_id,
  case when m.broader then 0 else m.source_concept_id end as source_concept_id,
  m.domain_id
from mapped as m
left join single as s on s.code_key = m.code_key and s.turn = m.turn
where not m.guess or s.code_key is not null
union all
select
  o.code_key,
  o.place * 100 + 99 as turn,
  m.map_no,
  m.concept_id,
  m.source_concept_id,
  m.domain_id
from own as o
join local_map as m on m.code_hash = key_hash(o.vocabulary_id || '|' || o.code)
