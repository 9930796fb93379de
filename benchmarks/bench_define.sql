-- The study of bench_define.py as an analyst who knows DuckDB writes it: each table is scanned once for the criteria
-- and once for the variables, always after a join with the few who matter.
CREATE TABLE entry AS
SELECT d.person_id, min(coalesce(drug_exposure_start_datetime, drug_exposure_start_date)) AS start_time,
  CAST(start_time AS DATE) AS start_date
FROM drug_exposure AS d WHERE drug_concept_id BETWEEN 500 AND 539 GROUP BY d.person_id;
CREATE TABLE candidate AS
SELECT e.person_id, e.start_time, e.start_date, gender_concept_id AS sex, date_sub('year', make_date(year_of_birth,
  coalesce(month_of_birth, 7), coalesce(day_of_birth, 1)), e.start_date) AS age
FROM entry AS e JOIN person AS p ON p.person_id = e.person_id
WHERE age >= 18 AND age < 90
  AND EXISTS (SELECT 1 FROM observation_period AS o WHERE o.person_id = e.person_id
    AND o.observation_period_start_date <= e.start_date - 365 AND o.observation_period_end_date >= e.start_date);
CREATE TABLE excluded AS
SELECT person_id FROM candidate AS e JOIN drug_exposure AS d USING (person_id)
WHERE drug_exposure_start_date < start_date
  AND (drug_concept_id BETWEEN 1200 AND 1219
    OR (drug_concept_id BETWEEN 1400 AND 1439 AND drug_exposure_start_date >= start_date - 365))
UNION
SELECT person_id FROM candidate AS e JOIN measurement AS m USING (person_id)
WHERE measurement_concept_id BETWEEN 5 AND 7 AND value_as_number < 30
  AND measurement_date < start_date AND measurement_date >= start_date - 180;
CREATE TABLE ill AS
SELECT person_id, bool_or(condition_concept_id BETWEEN 10 AND 19) AS hypertension,
  bool_or(condition_concept_id BETWEEN 100 AND 159
    OR (condition_concept_id BETWEEN 60 AND 89 AND condition_start_date >= start_date - 365)) AS excluded
FROM candidate AS e JOIN condition_occurrence AS c USING (person_id)
WHERE condition_start_date < start_date
  AND (condition_concept_id BETWEEN 10 AND 19 OR condition_concept_id BETWEEN 60 AND 89
    OR condition_concept_id BETWEEN 100 AND 159)
GROUP BY person_id;
CREATE TABLE visited AS
SELECT person_id, count(*) AS visits, count(*) FILTER (WHERE visit_concept_id = 9201) AS stays
FROM candidate AS e JOIN visit_occurrence AS v USING (person_id)
WHERE visit_start_date < start_date AND visit_start_date >= start_date - 365 GROUP BY person_id;
CREATE TABLE member AS
SELECT e.*, v.visits, v.stays FROM candidate AS e JOIN ill AS i USING (person_id) JOIN visited AS v USING (person_id)
WHERE i.hypertension AND NOT i.excluded AND v.visits >= 2 AND person_id NOT IN (SELECT person_id FROM excluded);
CREATE TABLE illness AS
SELECT person_id,
  bool_or(condition_concept_id BETWEEN 200 AND 214) AS ill_0,
  bool_or(condition_concept_id BETWEEN 220 AND 234) AS ill_1,
  bool_or(condition_concept_id BETWEEN 240 AND 254) AS ill_2,
  bool_or(condition_concept_id BETWEEN 260 AND 274) AS ill_3,
  bool_or(condition_concept_id BETWEEN 280 AND 294) AS ill_4,
  bool_or(condition_concept_id BETWEEN 300 AND 314) AS ill_5,
  bool_or(condition_concept_id BETWEEN 320 AND 334) AS ill_6,
  bool_or(condition_concept_id BETWEEN 340 AND 354) AS ill_7,
  bool_or(condition_concept_id BETWEEN 360 AND 374) AS ill_8,
  bool_or(condition_concept_id BETWEEN 380 AND 394) AS ill_9,
  bool_or(condition_concept_id BETWEEN 400 AND 414) AS ill_10,
  bool_or(condition_concept_id BETWEEN 420 AND 434) AS ill_11
FROM member AS e JOIN condition_occurrence AS c USING (person_id)
WHERE condition_start_date < start_date AND condition_concept_id BETWEEN 200 AND 434 GROUP BY person_id;
CREATE TABLE drug AS
SELECT person_id,
  bool_or(drug_concept_id BETWEEN 0 AND 29) AS drug_0,
  bool_or(drug_concept_id BETWEEN 40 AND 69) AS drug_1,
  bool_or(drug_concept_id BETWEEN 80 AND 109) AS drug_2,
  bool_or(drug_concept_id BETWEEN 120 AND 149) AS drug_3,
  bool_or(drug_concept_id BETWEEN 160 AND 189) AS drug_4,
  bool_or(drug_concept_id BETWEEN 200 AND 229) AS drug_5,
  bool_or(drug_concept_id BETWEEN 240 AND 269) AS drug_6,
  bool_or(drug_concept_id BETWEEN 280 AND 309) AS drug_7
FROM member AS e JOIN drug_exposure AS d USING (person_id)
WHERE drug_exposure_start_date < start_date AND drug_exposure_start_date >= start_date - 180
  AND drug_concept_id BETWEEN 0 AND 309 GROUP BY person_id;
CREATE TABLE lab AS
SELECT person_id,
  arg_max(value_as_number, (measurement_datetime, measurement_id))
    FILTER (WHERE is_before AND lab = 0) AS last_0,
  arg_max(value_as_number, (measurement_datetime, measurement_id))
    FILTER (WHERE is_before AND lab = 1) AS last_1,
  arg_max(value_as_number, (measurement_datetime, measurement_id))
    FILTER (WHERE is_before AND lab = 2) AS last_2,
  arg_max(value_as_number, (measurement_datetime, measurement_id))
    FILTER (WHERE is_before AND lab = 3) AS last_3,
  arg_max(value_as_number, (measurement_datetime, measurement_id))
    FILTER (WHERE is_before AND lab = 4) AS last_4,
  arg_max(value_as_number, (measurement_datetime, measurement_id))
    FILTER (WHERE is_before AND lab = 5) AS last_5,
  arg_max(value_as_number, (measurement_datetime, measurement_id))
    FILTER (WHERE is_before AND lab = 6) AS last_6,
  arg_max(value_as_number, (measurement_datetime, measurement_id))
    FILTER (WHERE is_before AND lab = 7) AS last_7,
  arg_max(value_as_number, (measurement_datetime, measurement_id))
    FILTER (WHERE is_before AND lab = 8) AS last_8,
  arg_max(value_as_number, (measurement_datetime, measurement_id))
    FILTER (WHERE is_before AND lab = 9) AS last_9,
  arg_max(value_as_number, (measurement_datetime, measurement_id))
    FILTER (WHERE is_before AND lab = 10) AS last_10,
  count(*) FILTER (WHERE is_before AND lab = 0) AS times_0,
  max(value_as_number) FILTER (WHERE is_before AND lab = 0) AS most_0,
  avg(value_as_number) FILTER (WHERE NOT is_before AND lab = 0) AS mean_0,
  count(*) FILTER (WHERE is_before AND lab = 1) AS times_1,
  max(value_as_number) FILTER (WHERE is_before AND lab = 1) AS most_1,
  avg(value_as_number) FILTER (WHERE NOT is_before AND lab = 1) AS mean_1,
  count(*) FILTER (WHERE is_before AND lab = 2) AS times_2,
  max(value_as_number) FILTER (WHERE is_before AND lab = 2) AS most_2,
  avg(value_as_number) FILTER (WHERE NOT is_before AND lab = 2) AS mean_2,
  count(*) FILTER (WHERE is_before AND lab = 3) AS times_3,
  max(value_as_number) FILTER (WHERE is_before AND lab = 3) AS most_3,
  avg(value_as_number) FILTER (WHERE NOT is_before AND lab = 3) AS mean_3,
  count(*) FILTER (WHERE is_before AND lab = 4) AS times_4,
  max(value_as_number) FILTER (WHERE is_before AND lab = 4) AS most_4,
  avg(value_as_number) FILTER (WHERE NOT is_before AND lab = 4) AS mean_4
FROM (
  SELECT person_id, value_as_number, measurement_datetime, measurement_id, measurement_date < start_date AS is_before,
    (measurement_concept_id - 8) // 4 AS lab
  FROM member AS e JOIN measurement AS m USING (person_id)
  WHERE measurement_concept_id BETWEEN 8 AND 50 AND (measurement_concept_id - 8) % 4 < 3
    AND measurement_date >= start_date - 365 AND measurement_date <= start_date + 365 AND measurement_date <> start_date
) AS m GROUP BY person_id;
CREATE TABLE result AS
SELECT CAST('0x' || md5(e.person_id || '|' || e.start_date || '|' || (e.start_date + 365))[1:15] AS BIGINT) AS entry_id,
  e.person_id, CAST(e.start_date AS TIMESTAMP) AS entry_start, CAST(e.start_date + 365 AS TIMESTAMP) AS entry_end,
  CAST(NULL AS BIGINT) AS visit_occurrence_id, e.age, e.sex, e.visits, e.stays,
  coalesce(ill_0, false) AS ill_0, coalesce(ill_1, false) AS ill_1, coalesce(ill_2, false) AS ill_2,
  coalesce(ill_3, false) AS ill_3, coalesce(ill_4, false) AS ill_4, coalesce(ill_5, false) AS ill_5,
  coalesce(ill_6, false) AS ill_6, coalesce(ill_7, false) AS ill_7, coalesce(ill_8, false) AS ill_8,
  coalesce(ill_9, false) AS ill_9, coalesce(ill_10, false) AS ill_10, coalesce(ill_11, false) AS ill_11,
  coalesce(drug_0, false) AS drug_0, coalesce(drug_1, false) AS drug_1, coalesce(drug_2, false) AS drug_2, coalesce(drug_3, false) AS drug_3,
  coalesce(drug_4, false) AS drug_4, coalesce(drug_5, false) AS drug_5, coalesce(drug_6, false) AS drug_6, coalesce(drug_7, false) AS drug_7,
  l.* EXCLUDE (person_id, times_0, times_1, times_2, times_3, times_4),
  coalesce(times_0, 0) AS times_0, coalesce(times_1, 0) AS times_1, coalesce(times_2, 0) AS times_2, coalesce(times_3, 0) AS times_3, coalesce(times_4, 0) AS times_4
FROM member AS e LEFT JOIN illness AS i USING (person_id) LEFT JOIN drug AS d USING (person_id)
  LEFT JOIN lab AS l USING (person_id);
