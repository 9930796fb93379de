-- Readings of home devices: whose, when, what number.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT person, time, figure(round(value, k.decimals::INTEGER)) AS value
FROM truth.device_reading AS r JOIN facts.device_kinds AS k ON k.key = r.kind
UNION ALL
SELECT person, time, figure(round(second_value, k.decimals::INTEGER))
FROM truth.device_reading AS r JOIN facts.device_kinds AS k ON k.key = r.kind
WHERE second_value IS NOT NULL;

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT w.person, m.measurement_datetime AS time, figure(m.value_as_number) AS value
FROM lake.measurement AS m
JOIN landed AS l ON l.record_no = m.medark_record_no
JOIN who AS w USING (person_id)
WHERE l.source = 'home/devices';
