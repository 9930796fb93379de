-- What nurses measured in the hospitals: who, what, when, the number and its unit by UCUM.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT o.person, e.organisation AS people, f.loinc, o.time AS at, figure(round(o.value, 3)) AS value
FROM truth.observation AS o
JOIN truth.encounter AS e USING (encounter)
JOIN facts.observations AS f ON f.key = o.kind
WHERE e.organisation IN ('north', 'south');

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT w.person, w.people, coalesce(c.loinc, f.loinc) AS loinc, m.measurement_datetime AS at, figure(m.value_as_number) AS value
FROM lake.measurement AS m
JOIN landed AS l ON l.record_no = m.medark_record_no
JOIN who AS w USING (person_id)
LEFT JOIN facts.observations AS f ON f.loinc = m.measurement_source_value
LEFT JOIN (SELECT n.code, o.loinc FROM code AS n JOIN facts.observations AS o ON o.key = n.key
  WHERE n.organisation = 'north' AND n.kind = 'observation') AS c ON c.code = m.measurement_source_value
WHERE l.source IN ('north/his', 'south/his') AND coalesce(c.loinc, f.loinc) IS NOT NULL;
