-- The active ingredients of each drug concept in the lake; a drug whose ingredients the vocabulary does not tell is
-- its own.
with given as (
  select distinct drug_concept_id as concept_id from lake_drug_exposure where drug_concept_id > 0
),
known as (
  select g.concept_id, a.ancestor_concept_id as ingredient_concept_id
  from given as g
  join concept_ancestor as a on a.descendant_concept_id = g.concept_id
  join concept as c on c.concept_id = a.ancestor_concept_id
  where c.concept_class_id = 'Ingredient' and c.standard_concept = 'S'
)
select g.concept_id, coalesce(k.ingredient_concept_id, g.concept_id) as ingredient_concept_id
from given as g
left join known as k on k.concept_id = g.concept_id
