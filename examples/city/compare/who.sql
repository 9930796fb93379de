-- Who is who: the numbers that systems know people by, beside the person of the city.
CREATE MACRO people_of(organisation) AS CASE WHEN organisation LIKE 'clinic%' THEN 'clinics' ELSE organisation END;

CREATE TABLE known AS
SELECT people_of(organisation) AS people, patient_no AS person_key, person FROM truth.registration
UNION ALL SELECT 'identity', identity_no, person FROM truth.person
UNION ALL SELECT 'ems', 'E' || strftime(called, '%Y%m%d') || '-' || call, person FROM truth.ems_call
UNION ALL SELECT 'home', 'U' || person, person FROM truth.person;

CREATE TABLE who AS
SELECT DISTINCT k.person_id, k.people, n.person
FROM key AS k
JOIN known AS n ON n.people = k.people AND n.person_key = k.person_key;

-- What local codes and the units they are told in mean.
CREATE TABLE code AS
SELECT organisation, kind, code, min(key) AS key FROM truth.local_code GROUP BY ALL
UNION SELECT 'testing', 'target', '94500-6', 'sars_cov_2'
UNION SELECT 'testing', 'target', '85477-8', 'influenza_virus'
UNION
SELECT organisation, kind, concept_code, min(key) FROM truth.local_code
WHERE organisation = 'county' AND kind = 'test' AND vocabulary = 'LOINC' GROUP BY ALL;

-- Numbers as text, as exact as the source writes them.
CREATE MACRO figure(x) AS rtrim(rtrim(printf('%.6f', x), '0'), '.');

-- Lines of files that nobody can read any more.
CREATE TABLE lost AS SELECT * FROM truth.planted WHERE "of" = 'file' AND expected = 'quarantined';

-- Facts of which the gate keeps back what a system wrote.
CREATE TABLE kept_back AS SELECT "of", key FROM truth.planted WHERE expected = 'quarantined' AND "of" <> 'file';

-- Visits among them: one system is not believed, another may still tell of the same visit. They are asked about nowhere.
CREATE TABLE kept_visit AS
SELECT person, start FROM truth.encounter WHERE encounter IN (SELECT key FROM kept_back WHERE "of" = 'encounter');
