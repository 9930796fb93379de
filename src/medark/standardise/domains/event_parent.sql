-- Events of the wave that others name as their group (panel, battery, report), with the key column of the table they
-- went to as a concept; one row a group, however often the group itself was told.
-- Source of the ids: OHDSI vocabulary "CDM", concept class Field.
select distinct
  e.event_id,
  case e.domain
    when 'measurement' then 1147138
    when 'observation' then 1147165
    when 'procedure' then 1147082
    when 'condition' then 1147127
    when 'drug' then 1147094
    when 'device' then 1147115
  end as field_concept_id
from coded_event as e
join (select distinct parent_event_id from coded_event where parent_event_id is not null) as p
  on p.parent_event_id = e.event_id
where e.map_no = 0
