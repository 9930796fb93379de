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
  COUNT(*) FILTER(WHERE
    rows_.c1) AS x1,
  COUNT(*) FILTER(WHERE
    rows_.c2) AS x2
FROM (
  SELECT
    r.person_id AS entry_id,
    k1.class_no = 1 AS c1,
    k1.class_no IN (1, 2) AS c2
  FROM measurement AS r
  JOIN (
    SELECT
      concept_id,
      class_no
    FROM definition_concept
    WHERE
      list_no = 1
  ) AS k1
    ON k1.concept_id = r.measurement_concept_id
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
  COALESCE(v1.x2, 0) > 0 AS a,
  COALESCE(v1.x1, 0) > 0 AS b
FROM def_everyone_1 AS e
LEFT JOIN def_of_measurement_1 AS v1
  ON v1.entry_id = e.entry_id
