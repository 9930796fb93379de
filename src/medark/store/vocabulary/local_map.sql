-- A site's own codes, as SOURCE_TO_CONCEPT_MAP maps them; only targets that are standard count.
select
  key_hash(m.source_vocabulary_id || '|' || m.source_code) as code_hash,
  m.source_vocabulary_id as vocabulary_id,
  m.source_code as concept_code,
  cast(row_number() over (partition by m.source_vocabulary_id, m.source_code order by t.concept_id) - 1 as integer) as map_no,
  m.source_concept_id,
  t.concept_id,
  t.domain_id
from (
  select source_vocabulary_id, source_code, target_concept_id, max(coalesce(source_concept_id, 0)) as source_concept_id
  from source_to_concept_map
  where invalid_reason is null
  group by source_vocabulary_id, source_code, target_concept_id
) as m
join concept as t on t.concept_id = m.target_concept_id and t.standard_concept = 'S' and t.invalid_reason is null
