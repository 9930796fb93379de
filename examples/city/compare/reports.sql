-- Reports of radiology, on the day of the study, and of pathology, on the day of the report: who and when.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT person, organisation AS people, performed::DATE AS day, 'imaging' AS what FROM truth.imaging
WHERE organisation IN ('north', 'south')
UNION ALL
SELECT person, organisation, reported::DATE, 'pathology' FROM truth.pathology WHERE organisation IN ('north', 'south') AND organisation || '/pathology' NOT IN (  -- XML with a broken line is no XML
  SELECT l.source FROM held JOIN landed AS l USING (record_no) WHERE outcome = 'not_understood');

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT w.person, w.people, n.note_date AS day, CASE WHEN l.source LIKE '%/pacs' THEN 'imaging' ELSE 'pathology' END AS what
FROM lake.note AS n
JOIN landed AS l ON l.record_no = n.medark_record_no
JOIN who AS w USING (person_id)
WHERE l.source IN ('north/pacs', 'south/pacs', 'north/pathology', 'south/pathology');
