-- Operations: who, which, from when to when. A front page tells them again, without their ends: there once, as whole.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT o.person, e.organisation AS people, o.procedure, o.start, o."end"
FROM truth.operation AS o
JOIN truth.encounter AS e USING (encounter)
WHERE e.organisation IN ('north', 'south');

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT w.person, w.people, c.key AS procedure, p.procedure_datetime AS start,
  p.procedure_end_datetime AS "end"
FROM lake.procedure_occurrence AS p
JOIN landed AS l ON l.record_no = p.medark_record_no
JOIN who AS w USING (person_id)
LEFT JOIN code AS c ON c.organisation = w.people AND c.kind = 'procedure' AND c.code = p.procedure_source_value
WHERE l.source IN ('north/his', 'south/his');
