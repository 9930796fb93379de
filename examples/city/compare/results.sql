-- Results of laboratories: which test, when, what number in the unit that it is told in, what word. A corrected result
-- is there once, with its last value. What could not be measured has no row; what was miswritten is as written.
CREATE OR REPLACE TEMP VIEW true_row AS
WITH told AS (
  SELECT
    r.*, u.unit, u.factor, t.kind AS scale,
    CASE WHEN u.unit = t.unit_conventional AND u.unit <> t.unit THEN t.decimals_conventional ELSE t.decimals END AS decimals,
    max(p.kind) AS planted, max(p.written_value) AS written_as
  FROM truth.lab_result AS r
  JOIN truth.lab_order AS o USING (lab_order)
  JOIN truth.written_unit AS u ON u.organisation = r.organisation AND u.kind = 'test' AND u.key = r.test
  JOIN facts.tests AS t ON t.key = r.test
  LEFT JOIN truth.planted AS p ON p."of" = 'lab_result' AND p.key = r.lab_result
  WHERE o.status <> 'cancelled' AND r.organisation IN ('north', 'south', 'county')
  GROUP BY ALL
)
SELECT
  person, organisation AS people, test, collected AS at,
  CASE
    WHEN planted = 'other_unit' THEN 'in the other unit'
    WHEN planted = 'impossible_value' THEN figure(written_as::DOUBLE)
    WHEN planted = 'missing_value' THEN written_as
    WHEN scale = 'quantitative' THEN figure(printf('%.' || coalesce(decimals, '0') || 'f', value / factor)::DOUBLE)
    ELSE text END AS value,
  CASE WHEN scale = 'quantitative' AND (planted IS DISTINCT FROM 'missing_value' OR organisation <> 'county') THEN unit END AS unit
FROM told
WHERE NOT (planted = 'missing_value' AND written_as = '') OR planted IS NULL;

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT
  w.person, w.people, c.key AS test, m.measurement_datetime AS at,
  CASE WHEN p.key IS NOT NULL THEN 'in the other unit'
    ELSE coalesce(figure(m.value_as_number), m.value_source_value) END AS value,
  m.unit_source_value AS unit
FROM lake.measurement AS m
JOIN landed AS l ON l.record_no = m.medark_record_no
JOIN who AS w USING (person_id)
JOIN code AS c ON c.organisation = w.people AND c.kind = 'test' AND c.code = m.measurement_source_value
LEFT JOIN (
  SELECT r.person, r.organisation, r.test, r.collected, min(p.key) AS key
  FROM truth.planted AS p JOIN truth.lab_result AS r ON r.lab_result = p.key
  WHERE p."of" = 'lab_result' AND p.kind = 'other_unit'
  GROUP BY ALL
) AS p ON p.person = w.person AND p.organisation = w.people AND p.test = c.key AND p.collected = m.measurement_datetime
WHERE l.source IN ('north/lis', 'south/lis', 'county/emr') AND m.value_source_value <> 'error';  -- error: why FHIR says there is no value
