-- def_entries_1 (kept)
SELECT
  row_key AS entry_id,
  person_id AS person_id,
  entry_start AS entry_start,
  entry_end AS entry_end,
  visit_occurrence_id AS visit_occurrence_id
FROM (
  SELECT
    q.entry_id AS entry_id,
    q.person_id AS person_id,
    q.c1 AS row_key,
    q.s1 AS entry_start,
    COALESCE(COALESCE(q.c2, CAST(q.c3 AS TIMESTAMP)), q.s1) AS entry_end,
    q.c1 AS visit_occurrence_id
  FROM (
    SELECT
      r.person_id AS entry_id,
      r.person_id AS person_id,
      r.visit_occurrence_id AS c1,
      r.visit_end_datetime AS c2,
      r.visit_end_date AS c3,
      COALESCE(r.visit_start_datetime, CAST(r.visit_start_date AS TIMESTAMP)) AS s1
    FROM visit_occurrence AS r
    WHERE
      r.visit_concept_id = 9201
      AND NOT (
        COALESCE(r.visit_start_datetime, CAST(r.visit_start_date AS TIMESTAMP)) IS NULL
      )
  ) AS q
) AS rows_

-- def_of_person_1
SELECT
  entry_id,
  rows_.c1 AS x1,
  rows_.c2 AS x2,
  rows_.c3 AS x3,
  rows_.c4 AS x4
FROM (
  SELECT
    e.entry_id AS entry_id,
    r.day_of_birth AS c1,
    r.month_of_birth AS c2,
    r.year_of_birth AS c3,
    r.birth_datetime AS c4
  FROM person AS r
  JOIN (
    SELECT
      e.entry_id AS entry_id,
      e.person_id AS person_id
    FROM def_entries_1 AS e
  ) AS e
    ON e.person_id = r.person_id
) AS rows_

-- def_of_measurement_1
SELECT
  entry_id,
  MAX(rows_.c1) AS x1,
  COUNT(*) AS x2
FROM (
  SELECT
    e.entry_id AS entry_id,
    r.value_as_number AS c1
  FROM measurement AS r
  JOIN (
    SELECT
      e.entry_id AS entry_id,
      e.person_id AS person_id,
      IN_CALENDAR(CAST(e.entry_start + (
        -7
      ) * INTERVAL '1' DAY AS TIMESTAMP)) AS n1,
      e.entry_start AS n2
    FROM def_entries_1 AS e
  ) AS e
    ON e.person_id = r.person_id
  WHERE
    r.measurement_concept_id = 1
    AND COALESCE(r.measurement_datetime, CAST(r.measurement_date AS TIMESTAMP)) >= e.n1
    AND COALESCE(r.measurement_datetime, CAST(r.measurement_date AS TIMESTAMP)) < e.n2
) AS rows_
GROUP BY
  entry_id

-- result
SELECT
  q.entry_id AS entry_id,
  q.person_id AS person_id,
  q.entry_start AS entry_start,
  q.entry_end AS entry_end,
  q.visit_occurrence_id AS visit_occurrence_id,
  q.c1 AS n,
  q.c2 AS most,
  CASE
    WHEN q.c3 >= q.s1
    THEN COMPLETED_YEARS(q.s1, q.c3)
    ELSE -COMPLETED_YEARS(q.c3, q.s1)
  END AS age
FROM (
  SELECT
    e.entry_id AS entry_id,
    e.person_id AS person_id,
    e.entry_start AS entry_start,
    e.entry_end AS entry_end,
    e.visit_occurrence_id AS visit_occurrence_id,
    COALESCE(v1.x2, 0) AS c1,
    v1.x1 AS c2,
    e.entry_start AS c3,
    COALESCE(CAST(v2.x4 AS DATE), DATE_OF(v2.x3, COALESCE(v2.x2, 7), COALESCE(v2.x1, 1))) AS s1
  FROM def_entries_1 AS e
  LEFT JOIN def_of_measurement_1 AS v1
    ON v1.entry_id = e.entry_id
  LEFT JOIN def_of_person_1 AS v2
    ON v2.entry_id = e.entry_id
) AS q
