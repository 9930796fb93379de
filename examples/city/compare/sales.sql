-- Sales of tills: what, where, when, how many; of nobody.
CREATE OR REPLACE TEMP VIEW true_row AS
SELECT s.sold::DATE AS day, o.name_zh AS shop, d.name_zh AS district, i.name_zh AS item, s.quantity::DOUBLE AS quantity
FROM truth.pharmacy_sale AS s
JOIN facts.organisations AS o ON o.key = s.pharmacy
JOIN facts.districts AS d ON d.key = o.district
JOIN facts.drugs AS i ON i.key = s.item;

CREATE OR REPLACE TEMP VIEW lake_row AS
SELECT e.event_count_start_date AS day, c.care_site_name AS shop, l.county AS district, e.event_count_source_value AS item,
  e.quantity
FROM lake.event_count AS e
JOIN lake.care_site AS c USING (care_site_id)
JOIN lake.location AS l ON l.location_id = c.location_id;
