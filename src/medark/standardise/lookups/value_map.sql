-- What words mean: those whose concept is known, and those whose code is, where the vocabulary has it.
select set_name, value, concept_id from value_concept
union all
select w.set_name, w.value, c.concept_id
from value_code as w
join chosen_code as c on c.code_key = 'word|' || w.vocabulary_id || '|' || w.concept_code || '||||'
where c.concept_id > 0 and c.map_no = 0
