-- Studies with pictures: of whom, and where.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT DISTINCT person, split_part(source, '/', 1) AS people, regexp_extract(file, 'R[0-9]+') AS study
FROM truth.record WHERE source LIKE '%/pacs' AND file LIKE '%.dcm';

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT w.person, w.people, regexp_extract(l.file, 'R[0-9]+') AS study
FROM (SELECT person_id, image_study_uid, min(medark_record_no) AS record_no FROM lake.image_occurrence GROUP BY ALL) AS i
JOIN landed AS l ON l.record_no = i.record_no
JOIN who AS w USING (person_id);
