-- Report cards: who, which disease, since when.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT person, disease, onset FROM truth.report_card;

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT w.person, c.key AS disease, o.condition_start_date AS onset
FROM lake.condition_occurrence AS o
JOIN landed AS l ON l.record_no = o.medark_record_no
JOIN who AS w USING (person_id)
LEFT JOIN code AS c ON c.organisation = 'cdc' AND c.kind = 'disease' AND c.code = o.condition_source_value
WHERE l.source = 'cdc/cards';
