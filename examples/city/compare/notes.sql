-- Notes: who, when, and that the text is the one that was written.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT person, organisation AS people, date_trunc('minute', written) AS at, md5(text) AS text
FROM truth.note WHERE organisation IN ('north', 'south');

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT w.person, w.people, date_trunc('minute', n.note_datetime) AS at, md5(n.note_text) AS text
FROM lake.note AS n
JOIN landed AS l ON l.record_no = n.medark_record_no
JOIN who AS w USING (person_id)
WHERE l.source IN ('north/emr', 'south/emr');
