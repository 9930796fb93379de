-- Coded answers and their concepts: one each, 0 when there is none.
with said as (
  select distinct value_system, value_code from staged_event where value_code is not null
)
select
  coalesce(s.value_system, '') || '|' || s.value_code as value_key,
  max(c.concept_id) as concept_id
from said as s
join chosen_code as c
  on c.code_key = 'answer|' || coalesce(s.value_system, '') || '|' || s.value_code || '||||' and c.map_no = 0
group by s.value_system, s.value_code
