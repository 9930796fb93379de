-- def_everyone_1 (kept)
SELECT
  p.person_id AS entry_id,
  p.person_id,
  CAST('2024-06-01 00:00:00' AS TIMESTAMP) AS entry_start,
  CAST('2024-06-01 00:00:00' AS TIMESTAMP) AS entry_end,
  CAST(NULL AS BIGINT) AS visit_occurrence_id
FROM person AS p

-- def_of_drug_exposure_1
SELECT
  entry_id,
  STRUCT_EXTRACT(
    MIN({'o0': rows_.c2, 'o1': rows_.c3, 'x': rows_.c1}) FILTER(WHERE
      NOT rows_.c2 IS NULL),
    'x'
  ) AS x1,
  STRUCT_EXTRACT(
    MIN({'o0': rows_.c2, 'o1': rows_.c3, 'x': rows_.c4}) FILTER(WHERE
      NOT rows_.c2 IS NULL),
    'x'
  ) AS x2
FROM (
  SELECT
    r.person_id AS entry_id,
    r.drug_exposure_start_date AS c1,
    COALESCE(r.drug_exposure_start_datetime, CAST(r.drug_exposure_start_date AS TIMESTAMP)) AS c2,
    r.drug_exposure_id AS c3,
    r.drug_exposure_start_datetime AS c4
  FROM drug_exposure AS r
  WHERE
    r.drug_concept_id = 2
) AS rows_
GROUP BY
  entry_id

-- def_of_measurement_1
SELECT
  entry_id,
  COUNT(*) AS x1
FROM (
  SELECT
    r.person_id AS entry_id
  FROM measurement AS r
  JOIN (
    SELECT
      e.entry_id AS entry_id,
      e.person_id AS person_id,
      COALESCE(v1.x2, CAST(v1.x1 AS TIMESTAMP)) AS n1
    FROM def_everyone_1 AS e
    LEFT JOIN def_of_drug_exposure_1 AS v1
      ON v1.entry_id = e.entry_id
  ) AS e
    ON e.entry_id = r.person_id
  WHERE
    r.measurement_concept_id = 1
    AND COALESCE(r.measurement_datetime, CAST(r.measurement_date AS TIMESTAMP)) > e.n1
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
  COALESCE(v1.x1, 0) > 0 AS after
FROM def_everyone_1 AS e
LEFT JOIN def_of_measurement_1 AS v1
  ON v1.entry_id = e.entry_id
