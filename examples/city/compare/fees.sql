-- What was charged, item by item: who, when, how much in fen.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT e.person, e.organisation AS people, f.amount
FROM truth.fee AS f
JOIN truth.encounter AS e USING (encounter)
WHERE e.organisation IN ('north', 'south') AND e.encounter NOT IN (SELECT key FROM kept_back WHERE "of" = 'encounter');

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT w.person, w.people, round(c.total_charge * 100)::BIGINT AS amount
FROM lake.cost AS c
JOIN landed AS l ON l.record_no = c.medark_record_no
JOIN lake.visit_occurrence AS v ON v.visit_occurrence_id = c.cost_event_id
JOIN who AS w ON w.person_id = v.person_id
WHERE l.source IN ('north/his', 'south/his')
  AND (w.person, v.visit_start_datetime) NOT IN (SELECT (person, start) FROM kept_visit);
