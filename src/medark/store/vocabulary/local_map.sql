-- A site's own codes, as SOURCE_TO_CONCEPT_MAP maps them: to a standard concept, or to a code of another vocabulary, whose
-- meaning is theirs. Where that has no standard concept, it is the source concept and the standard one is not known: 0.
with target as (
  select
    m.source_vocabulary_id,
    m.source_code,
    max(coalesce(m.source_concept_id, 0)) as source_concept_id,
    t.concept_id,
    t.domain_id,
    case when t.standard_concept = 'S' then 1 else 0 end as is_standard
  from source_to_concept_map as m
  join concept as t on t.concept_id = m.target_concept_id and t.concept_id <> 0 and t.invalid_reason is null
  where m.invalid_reason is null
  group by m.source_vocabulary_id, m.source_code, t.concept_id, t.domain_id, t.standard_concept
),
crossed as (
  select
    t.source_vocabulary_id,
    t.source_code,
    t.concept_id as source_concept_id,
    s.concept_id,
    coalesce(s.domain_id, t.domain_id) as domain_id
  from target as t
  left join concept_relationship as r
    on r.concept_id_1 = t.concept_id and r.relationship_id = 'Maps to' and r.invalid_reason is null
  left join concept as s on s.concept_id = r.concept_id_2 and s.standard_concept = 'S' and s.invalid_reason is null
  where t.is_standard = 0
),
meant as (
  select source_vocabulary_id, source_code, source_concept_id, concept_id, domain_id
  from target
  where is_standard = 1
  union all
  select source_vocabulary_id, source_code, source_concept_id, coalesce(concept_id, 0) as concept_id, domain_id
  from crossed
)
select
  key_hash(source_vocabulary_id || '|' || source_code) as code_hash,
  source_vocabulary_id as vocabulary_id,
  source_code as concept_code,
  cast(row_number() over (
    partition by source_vocabulary_id, source_code
    order by case when concept_id = 0 then 1 else 0 end, concept_id, source_concept_id
  ) - 1 as integer) as map_no,
  source_concept_id,
  concept_id,
  domain_id
from meant
