-- What each code means: its own concept, and the standard concepts it maps to, one row each; 0 where there is none.
with named as (
  -- OMOP used some codes twice: the one that is valid, or was so last, is meant.
  select * from (
    select
      concept_id, vocabulary_id, concept_code, domain_id, standard_concept, invalid_reason,
      row_number() over (
        partition by vocabulary_id, concept_code
        order by case when invalid_reason is null then 0 else 1 end, valid_end_date desc, concept_id
      ) as place
    from concept
    where concept_id <> 0
  ) as ranked
  where place = 1
),
standard as (
  select concept_id, domain_id from concept where standard_concept = 'S' and invalid_reason is null
),
mapped as (
  select
    n.concept_id as source_concept_id,
    s.concept_id,
    s.domain_id,
    row_number() over (partition by n.concept_id order by s.concept_id) - 1 as map_no
  from named as n
  join concept_relationship as r
    on r.concept_id_1 = n.concept_id and r.relationship_id = 'Maps to' and r.invalid_reason is null
  join standard as s on s.concept_id = r.concept_id_2
  where n.standard_concept is null or n.standard_concept <> 'S' or n.invalid_reason is not null
),
meant as (
  select
    n.vocabulary_id,
    n.concept_code,
    coalesce(m.map_no, 0) as map_no,
    n.concept_id as source_concept_id,
    case when n.standard_concept = 'S' and n.invalid_reason is null then n.concept_id
         else coalesce(m.concept_id, 0) end as concept_id,
    coalesce(m.domain_id, n.domain_id) as domain_id
  from named as n
  left join mapped as m on m.source_concept_id = n.concept_id
)
select
  key_hash(vocabulary_id || '|' || concept_code) as code_hash,
  vocabulary_id,
  concept_code,
  cast(map_no as integer) as map_no,
  source_concept_id,
  concept_id,
  domain_id
from meant
