-- Where the events lie that other rows of the wave name (a panel's results, a cost, a link, a picture): the table, and
-- its key column as a concept. An event that was told several times is one event, its latest telling.
-- Source of the ids: OHDSI vocabulary "CDM", concept class Field.
with named as (
  select parent_event_id as event_id from coded_event
  union
  select key_hash(:salt || '|' || :source || '|' || about_kind || '|' || about_key) from staged_cost
  where about_kind <> 'visit'
  union
  select key_hash(:salt || '|' || :source || '|' || kind_1 || '|' || key_1) from staged_relation
  union
  select key_hash(:salt || '|' || :source || '|' || kind_2 || '|' || key_2) from staged_relation
  union
  select key_hash(:salt || '|' || :source || '|procedure|' || procedure_key) from staged_image
),
latest as (
  select
    e.event_id,
    max_by(e.domain_concept_id, e.medark_record_no * 68719476736 + e.medark_row_no * 16 + e.part_no)
      as domain_concept_id,
    max(e.person_id) as person_id
  from coded_event as e
  join named as n on n.event_id = e.event_id
  where e.map_no = 0
  group by e.event_id
)
select
  l.event_id,
  d.domain,
  l.person_id,
  case d.domain
    when 'measurement' then 1147138
    when 'observation' then 1147165
    when 'procedure' then 1147082
    when 'condition' then 1147127
    when 'drug' then 1147094
    when 'device' then 1147115
  end as field_concept_id
from latest as l
join domain_number as d on d.concept_id = l.domain_concept_id
