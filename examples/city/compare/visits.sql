-- Visits that were kept: who, where, what kind, from when to when, and at the south hospital how they came. Clinics
-- write minutes, and no end.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT
  person, people_of(organisation) AS people,
  CASE WHEN organisation LIKE 'clinic%' THEN 9202 WHEN kind = 'inpatient' THEN 9201 WHEN kind = 'emergency' THEN 9203
    ELSE 9202 END AS kind,
  CASE WHEN organisation LIKE 'clinic%' THEN date_trunc('minute', start) ELSE start END AS start,
  CASE WHEN organisation NOT LIKE 'clinic%' THEN "end" END AS "end",
  CASE WHEN organisation = 'south' THEN CASE arrival
    WHEN 'walk' THEN '自行来院' WHEN 'ambulance' THEN '救护车' WHEN 'referral' THEN '下级转诊' WHEN 'transfer' THEN '外院转入'
    END END AS came
FROM truth.encounter
WHERE NOT coalesce(cancelled, false)
  AND (organisation LIKE 'clinic%' OR encounter NOT IN (SELECT key FROM kept_back WHERE "of" = 'encounter'));

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT
  w.person, w.people, v.visit_concept_id AS kind, v.visit_start_datetime AS start,
  CASE WHEN w.people <> 'clinics' THEN v.visit_end_datetime END AS "end",
  CASE WHEN w.people = 'south' THEN v.admitted_from_source_value END AS came
FROM lake.visit_occurrence AS v
JOIN who AS w USING (person_id)
WHERE w.people IN ('north', 'south', 'county', 'clinics')
  AND (w.people = 'clinics' OR (w.person, v.visit_start_datetime) NOT IN (SELECT (person, start) FROM kept_visit));
