-- Claims: who, the whole, what the pool paid and what was paid in hand, in fen.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT person, total, pooled, own FROM truth.claim
WHERE encounter IS NULL OR encounter NOT IN (SELECT key FROM kept_back WHERE "of" = 'encounter');

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT w.person, round(c.total_charge * 100)::BIGINT AS total, round(c.paid_by_payer * 100)::BIGINT AS pooled,
  round(c.paid_by_patient * 100)::BIGINT AS own
FROM lake.cost AS c
JOIN landed AS l ON l.record_no = c.medark_record_no
JOIN lake.visit_occurrence AS v ON v.visit_occurrence_id = c.cost_event_id
JOIN who AS w ON w.person_id = v.person_id
WHERE l.source = 'insurer/claims';
