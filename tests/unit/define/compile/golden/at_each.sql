-- def_everyone_1
SELECT
  p.person_id AS entry_id,
  p.person_id,
  CAST('2024-06-01 00:00:00' AS TIMESTAMP) AS entry_start,
  CAST('2024-06-01 00:00:00' AS TIMESTAMP) AS entry_end,
  CAST(NULL AS BIGINT) AS visit_occurrence_id
FROM person AS p

-- def_rows_1 (kept)
SELECT
  row_key AS entry_id,
  person_id,
  entry_start,
  entry_end,
  visit_occurrence_id
FROM (
  SELECT
    r.person_id AS entry_id,
    r.person_id AS person_id,
    r.drug_exposure_id AS row_key,
    COALESCE(r.drug_exposure_start_datetime, CAST(r.drug_exposure_start_date AS TIMESTAMP)) AS entry_start,
    CAST(NULL AS TIMESTAMP) AS entry_end,
    CAST(NULL AS BIGINT) AS visit_occurrence_id
  FROM drug_exposure AS r
  WHERE
    r.drug_concept_id = 2
) AS q

-- def_of_measurement_1
SELECT
  entry_id,
  COUNT(*) AS x1
FROM (
  SELECT
    e.entry_id AS entry_id
  FROM measurement AS r
  JOIN (
    SELECT
      e.entry_id AS entry_id,
      e.person_id AS person_id,
      e.entry_start AS n1
    FROM def_rows_1 AS e
  ) AS e
    ON e.person_id = r.person_id
  WHERE
    r.measurement_concept_id = 1
    AND COALESCE(r.measurement_datetime, CAST(r.measurement_date AS TIMESTAMP)) > e.n1
) AS rows_
GROUP BY
  entry_id

-- def_at_each_1
SELECT
  e.entry_id AS row_key,
  COALESCE(v1.x1, 0) > 0 AS w1
FROM def_rows_1 AS e
LEFT JOIN def_of_measurement_1 AS v1
  ON v1.entry_id = e.entry_id

-- def_of_drug_exposure_1
SELECT
  entry_id,
  COUNT(*) AS x1
FROM (
  SELECT
    r.person_id AS entry_id
  FROM drug_exposure AS r
  LEFT JOIN def_at_each_1 AS m1
    ON m1.row_key = r.drug_exposure_id
  WHERE
    r.drug_concept_id = 2 AND m1.w1
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
  COALESCE(v1.x1, 0) AS n
FROM def_everyone_1 AS e
LEFT JOIN def_of_drug_exposure_1 AS v1
  ON v1.entry_id = e.entry_id
