-- def_everyone_1
SELECT
  p.person_id AS entry_id,
  p.person_id,
  CAST('2024-06-01 00:00:00' AS TIMESTAMP) AS entry_start,
  CAST('2024-06-01 00:00:00' AS TIMESTAMP) AS entry_end,
  CAST(NULL AS BIGINT) AS visit_occurrence_id
FROM person AS p

-- def_of_measurement_1
SELECT
  entry_id,
  STRUCT_EXTRACT(
    MAX({'o0': rows_.c2, 'o1': rows_.c3, 'x': rows_.c1}) FILTER(WHERE
      NOT rows_.c2 IS NULL),
    'x'
  ) AS x1,
  COUNT(*) AS x2
FROM (
  SELECT
    r.person_id AS entry_id,
    r.value_as_number AS c1,
    COALESCE(r.measurement_datetime, CAST(r.measurement_date AS TIMESTAMP)) AS c2,
    r.measurement_id AS c3
  FROM measurement AS r
  WHERE
    r.measurement_concept_id = 1
) AS rows_
GROUP BY
  entry_id

-- result
SELECT
  e.entry_id AS entry_id,
  e.person_id AS person_id,
  e.entry_start AS entry_start,
  e.entry_end AS entry_end,
  e.visit_occurrence_id AS visit_occurrence_id,
  COALESCE(v1.x2, 0) AS n,
  v1.x1 AS last
FROM def_everyone_1 AS e
LEFT JOIN def_of_measurement_1 AS v1
  ON v1.entry_id = e.entry_id
