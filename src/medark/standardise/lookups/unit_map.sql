-- Each unit as written, and its UCUM concept: by its UCUM code, else by what it is known to mean, else by its UCUM code in
-- another case where only one unit has it. 0 for a unit that nobody knows.
with said as (
  select distinct unit from staged_event where unit is not null
  union select dose_unit as unit from staged_event where dose_unit is not null
  union select unit from staged_specimen where unit is not null
  union select unit from staged_count where unit is not null
),
tidied as (
  select
    unit,
    trim(unit) as code,
    -- ×10⁹/L, 10^9 / L and 10E9/L are one unit in many hands.
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(
      translate(lower(unit), 'μµ×／％（）＊', 'uux/%()*'),
      '\s', '', 'g'), '10(\^|\*\*|e|ˆ)', '10*'), '10([⁰¹²³⁴-⁹]+)', '10*\1'), '^[x*]10', '10') as marked
  from said
),
worded as (
  select unit, code, translate(marked, '⁰¹²³⁴⁵⁶⁷⁸⁹', '0123456789') as word from tidied
),
folded as (
  select lower(concept_code) as word, min(concept_id) as concept_id
  from ucum
  group by lower(concept_code)
  having count(distinct concept_id) = 1
),
by_name as (
  select t.unit, min_by(k.concept_id, s.likelihood) as concept_id
  from worded as t
  join unit_synonym as s on s.unit = t.word
  join ucum as k on k.concept_code = s.ucum_code
  group by t.unit
)
select
  t.unit,
  coalesce(k.concept_id, n.concept_id, f.concept_id, 0) as concept_id
from worded as t
left join ucum as k on k.concept_code = t.code
left join by_name as n on n.unit = t.unit
left join folded as f on f.word = t.word
