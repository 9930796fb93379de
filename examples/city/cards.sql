-- What was true of people when cards of decision support are right: card, who, where it is known (NULL: everywhere),
-- first and last day. It is read beside the lake (compared.py): somebody known at two places is two people there.
CREATE OR REPLACE TEMP VIEW limits AS
SELECT lab, try_cast(low AS DOUBLE) AS low, try_cast(high AS DOUBLE) AS high
FROM read_csv(getvariable('critical'), header = true, all_varchar = true)
WHERE scheme = 'china' AND population = 'adult';

CREATE OR REPLACE TEMP VIEW card_case AS
-- Kidneys that failed, in the stay in which they did.
SELECT 'acute_kidney_injury' AS card, d.person, e.organisation, e.start::DATE AS first, e."end"::DATE AS last
FROM truth.diagnosis AS d JOIN truth.encounter AS e USING (encounter)
WHERE d.disease = 'acute_kidney_injury'
UNION ALL
SELECT 'qsofa', d.person, e.organisation, e.start::DATE, e."end"::DATE
FROM truth.diagnosis AS d JOIN truth.encounter AS e USING (encounter)
WHERE d.disease = 'sepsis'
-- Somebody got worse: moved to intensive care, or died in hospital; a warning is right two days before and on the day.
UNION ALL
SELECT card, person, organisation, worse_on - 2, worse_on + 1
FROM (
  SELECT t.person, e.organisation, t.start::DATE AS worse_on
  FROM truth.transfer AS t JOIN truth.encounter AS e USING (encounter)
  WHERE t.icu
  UNION ALL
  SELECT d.person, e.organisation, d.time::DATE
  FROM truth.death AS d
  JOIN truth.encounter AS e ON e.person = d.person AND d.time BETWEEN e.start AND e."end" AND e.kind = 'inpatient'
  WHERE d.in_hospital
) AS worse
CROSS JOIN (VALUES ('news2_high'), ('news2_medium')) AS told (card)
-- A true value beyond the limits of adults, whatever was written.
UNION ALL
SELECT 'critical_value', r.person, r.organisation, r.collected::DATE, r.collected::DATE + 1
FROM truth.lab_result AS r JOIN limits AS l ON l.lab = r.test
WHERE r.value < l.low OR r.value > l.high
-- A result that is wrong: written in another unit, or with a lost decimal point.
UNION ALL
SELECT 'delta_check', r.person, r.organisation, r.collected::DATE, r.collected::DATE + 1
FROM truth.lab_result AS r JOIN truth.planted AS p ON p."of" = 'lab_result' AND p.key = r.lab_result
WHERE p.kind IN ('impossible_value', 'other_unit')
-- A drug of the very class that somebody is allergic to.
UNION ALL
SELECT 'allergy', p.person, p.organisation, p.start::DATE, p.start::DATE + p.days
FROM truth.prescription AS p
JOIN facts.drugs AS d ON d.key = p.drug
JOIN truth.person AS who ON who.person = p.person
JOIN facts.allergies AS a ON a.key = who.drug_allergy AND d.atc LIKE a.atc || '%';
