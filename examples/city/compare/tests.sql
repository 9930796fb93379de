-- Nucleic-acid tests: who, what was looked for, when, what was found.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT person, target, date_trunc('minute', collected) AS at, result FROM truth.nucleic_test;

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT
  w.person, c.key AS target, m.measurement_datetime AS at,
  CASE m.value_as_concept_id WHEN 45884084 THEN 'positive' WHEN 45878583 THEN 'negative' WHEN 45884091 THEN 'inconclusive' END
    AS result
FROM lake.measurement AS m
JOIN landed AS l ON l.record_no = m.medark_record_no
JOIN who AS w USING (person_id)
LEFT JOIN code AS c ON c.organisation = 'testing' AND c.kind = 'target' AND c.code = m.measurement_source_value
WHERE l.source = 'testing/nucleic' AND m.measurement_source_value NOT LIKE '% Ct';
