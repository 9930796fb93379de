-- Prescriptions: who, which drug, from when, for how many days, by which route. Clinics write days, not times.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT
  person, people_of(organisation) AS people, CASE WHEN organisation LIKE 'clinic%' THEN f.name_zh ELSE drug END AS drug,
  CASE WHEN organisation LIKE 'clinic%' THEN start::DATE::TIMESTAMP ELSE start END AS start, p.days
FROM truth.prescription AS p
JOIN facts.drugs AS f ON f.key = p.drug
WHERE organisation <> 'county';

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT
  w.person, w.people, coalesce(c.key, d.drug_source_value) AS drug,
  coalesce(d.drug_exposure_start_datetime, d.drug_exposure_start_date) AS start, d.days_supply AS days
FROM lake.drug_exposure AS d
JOIN landed AS l ON l.record_no = d.medark_record_no
JOIN who AS w USING (person_id)
LEFT JOIN code AS c ON c.organisation = w.people AND c.kind = 'drug' AND c.code = d.drug_source_value
WHERE l.source IN ('north/his', 'south/his', 'clinics/registers');
