-- Calls to 120: who, when, for what.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT person, called, complaint FROM truth.ems_call;

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT w.person, v.visit_start_datetime AS called, o.observation_source_value AS complaint
FROM lake.visit_occurrence AS v
JOIN who AS w USING (person_id)
JOIN lake.observation AS o ON o.visit_occurrence_id = v.visit_occurrence_id 
  AND o.observation_source_value <> 'outcome' AND o.observation_source_value NOT LIKE 'district:%'
WHERE w.people = 'ems' AND v.visit_concept_id = 581478;
