-- Diagnoses of the hospitals and clinics that give them in tables: who, what, on which day. A front page tells those of
-- the stay again: there once. A code that does not exist means what was to be written.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT
  e.person, people_of(e.organisation) AS people, d.disease,
  CASE WHEN d.kind = 'discharge' THEN coalesce(x.written_value::TIMESTAMP, e."end") ELSE e.start END::DATE AS day
FROM truth.diagnosis AS d
JOIN truth.encounter AS e USING (encounter)
LEFT JOIN truth.planted AS x ON x.kind = 'end_before_start' AND x.key = d.encounter
WHERE e.organisation <> 'county' AND NOT coalesce(e.cancelled, false);

-- The concept of a code says where it belongs: a checkup is an observation.
CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT w.person, w.people, coalesce(c.key, p.disease, o.code) AS disease, o.day
FROM (
  SELECT person_id, condition_source_value AS code, condition_start_date AS day, medark_record_no FROM lake.condition_occurrence
  UNION ALL
  SELECT person_id, observation_source_value, observation_date, medark_record_no FROM lake.observation
  WHERE observation_source_value IN (SELECT code FROM code WHERE kind = 'disease')
) AS o
JOIN landed AS l ON l.record_no = o.medark_record_no
JOIN who AS w USING (person_id)
LEFT JOIN (SELECT organisation, code, min(key) AS key FROM code WHERE kind = 'disease' GROUP BY ALL) AS c
  ON c.organisation = w.people AND c.code = o.code
LEFT JOIN (SELECT person, written_value AS code, min(true_value) AS disease FROM truth.planted WHERE "of" = 'diagnosis' GROUP BY ALL) AS p
  ON p.person = w.person AND p.code = o.code
WHERE l.source IN ('north/his', 'south/his', 'clinics/registers');
