-- Everybody whom an organisation knows is in the lake, under each number that was not merged into another: of the
-- hospitals everybody registered, of the clinics who came.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT organisation AS people, patient_no AS who FROM truth.registration
WHERE merged_into IS NULL AND organisation NOT LIKE 'clinic%'
UNION ALL
SELECT DISTINCT 'clinics', person::VARCHAR FROM truth.encounter
WHERE organisation LIKE 'clinic%' AND NOT coalesce(cancelled, false);

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT k.people, k.person_key AS who
FROM lake.person AS p
JOIN key AS k USING (person_id)
JOIN truth.registration AS r ON r.organisation = k.people AND r.patient_no = k.person_key AND r.merged_into IS NULL
UNION ALL
SELECT DISTINCT w.people, w.person::VARCHAR FROM lake.person JOIN who AS w USING (person_id) WHERE w.people = 'clinics';
