-- Pupils absent for illness: who, on which day.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT DISTINCT person, strptime(substr(record_id, 3, 8), '%Y%m%d')::DATE AS day
FROM truth.record
WHERE kind = 'absence';

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT w.person, o.observation_date AS day
FROM lake.observation AS o
JOIN who AS w USING (person_id)
WHERE o.observation_source_value LIKE 'absence:%';
