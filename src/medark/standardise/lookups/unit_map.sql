-- Each unit as written, and its UCUM concept: by its UCUM code, else by what it is read as, else by its UCUM code in
-- another case where only one unit has it. 0 for a unit that nobody knows.
with folded as (
  select lower(concept_code) as word, min(concept_id) as concept_id
  from ucum
  group by lower(concept_code)
  having count(distinct concept_id) = 1
),
said as (
  select unit, min(word) as word from unit_reading group by unit
),
known as (
  select r.unit, min_by(k.concept_id, r.turn) as concept_id
  from unit_reading as r
  join ucum as k on k.concept_code = r.ucum_code
  group by r.unit
)
select s.unit, coalesce(k.concept_id, f.concept_id, 0) as concept_id
from said as s
left join known as k on k.unit = s.unit
left join folded as f on f.word = s.word
