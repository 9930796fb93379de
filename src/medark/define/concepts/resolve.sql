-- Members of every wanted set, one row each: `standard` for columns of standard concepts, `source` for those of source
-- concepts. And one row for each item that the vocabulary does not know, with its item_no.
with maps as (
  select concept_id_1, concept_id_2
  from concept_relationship
  where relationship_id = 'Maps to' and invalid_reason is null
),
named as (
  select w.set_no, w.item_no, w.concept_id, w.descendants, w.mapped, w.excluded, c.concept_id is not null as known
  from wanted_concept as w
  left join concept as c on c.concept_id = w.concept_id
),
below as (
  -- A lake can hold ids whose vocabulary was never loaded: they count as themselves, but nobody knows what is below.
  select set_no, excluded, mapped, concept_id from named where known or excluded or not descendants
  union
  select n.set_no, n.excluded, n.mapped, a.descendant_concept_id
  from named as n
  join concept_ancestor as a on a.ancestor_concept_id = n.concept_id
  where n.descendants
),
spelled as (
  select
    concept_id,
    upper(vocabulary_id) as vocabulary,
    replace(upper(concept_code), '.', '') as code,
    coalesce(standard_concept, '') as role,
    invalid_reason
  from concept
  where concept_id <> 0 and upper(vocabulary_id) in (select vocabulary from wanted_code)
),
beginning as (
  -- Every code cut to each length that is asked for, so that prefixes are found by equality.
  select s.concept_id, s.vocabulary, s.code, s.role, s.invalid_reason, substr(s.code, 1, l.letters) as letters
  from spelled as s
  join (select distinct vocabulary, length(code) as letters from wanted_code) as l on l.vocabulary = s.vocabulary
),
coded as (
  select distinct w.set_no, w.item_no, w.excluded, b.concept_id, b.role, b.invalid_reason
  from wanted_code as w
  join beginning as b on b.vocabulary = w.vocabulary and b.letters = w.code
  where w.prefix or b.code = w.code
),
reached as (
  select set_no, excluded, concept_id, true as standard, true as source from below
  union all
  select b.set_no, b.excluded, m.concept_id_1, true, true
  from below as b
  join maps as m on m.concept_id_2 = b.concept_id
  where b.mapped
  union all
  select set_no, excluded, concept_id, role = 'S' and invalid_reason is null, true from coded
  union all
  select c.set_no, c.excluded, m.concept_id_2, true, false
  from coded as c
  join maps as m on m.concept_id_1 = c.concept_id
  union all
  -- A class (of ATC, say) maps to nothing: the concepts below it are meant.
  select c.set_no, c.excluded, a.descendant_concept_id, true, false
  from coded as c
  join concept_ancestor as a on a.ancestor_concept_id = c.concept_id
  where c.role = 'C'
),
judged as (
  select
    set_no,
    concept_id,
    bool_or(standard and not excluded) and not bool_or(standard and excluded) as standard,
    bool_or(source and not excluded) and not bool_or(source and excluded) as source
  from reached
  group by set_no, concept_id
)
select set_no, cast(null as integer) as item_no, concept_id, standard, source from judged where standard or source
union all
select set_no, item_no, cast(null as integer), false, false from named where not known
union all
select w.set_no, w.item_no, cast(null as integer), false, false
from wanted_code as w
left join coded as c on c.set_no = w.set_no and c.item_no = w.item_no
where c.item_no is null
