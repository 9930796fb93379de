-- Deaths, at the hospitals where they are known: in their registers, who died in their beds.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT DISTINCT d.person, e.organisation AS people, d.time
FROM truth.death AS d
JOIN truth.encounter AS e USING (person)
WHERE e.discharge = 'death' AND e.organisation IN ('north', 'south');

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT w.person, w.people, d.death_datetime AS time
FROM lake.death AS d
JOIN who AS w USING (person_id)
WHERE w.people IN ('north', 'south');
