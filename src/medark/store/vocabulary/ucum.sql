-- UCUM's units that are standard: few, and wanted all at once when units are matched in any case.
select concept_code, concept_id
from code_map
where vocabulary_id = 'UCUM' and concept_id > 0 and map_no = 0
