-- One row for each idea and standard concept it means (map_no 0, 1, 2 …), 0 when there is none: what was asked is never
-- lost. The first coding that leads to a standard concept decides; the source concept is that of the first coding that
-- has one. Without a standard concept the source concept's domain still says which table the row goes to. `source_value`
-- is what to show of a thing that the event only names.
with best as (
  select
    code_key,
    min(case when concept_id > 0 then turn end) as standard_turn,
    min(case when source_concept_id > 0 then turn end) as source_turn
  from found_code
  group by code_key
),
own as (
  select b.code_key, max(f.source_concept_id) as source_concept_id, max(f.domain_id) as domain_id
  from best as b
  join found_code as f on f.code_key = b.code_key and f.turn = b.source_turn
  group by b.code_key
),
meant as (
  select f.code_key, f.concept_id, max(f.domain_id) as domain_id
  from best as b
  join found_code as f on f.code_key = b.code_key and f.turn = b.standard_turn
  where f.concept_id > 0
  group by f.code_key, f.concept_id
)
select
  a.code_key,
  cast(row_number() over (partition by a.code_key order by m.concept_id) - 1 as integer) as map_no,
  coalesce(m.concept_id, 0) as concept_id,
  coalesce(o.source_concept_id, 0) as source_concept_id,
  coalesce(m.domain_id, o.domain_id) as domain_id,
  a.source_value
from (select code_key, max(source_value) as source_value from asked_code group by code_key) as a
left join meant as m on m.code_key = a.code_key
left join own as o on o.code_key = a.code_key
