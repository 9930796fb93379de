-- Where an event is no longer: its latest word puts it in another table than an earlier word of this wave, or than the
-- row that the lake holds of it (it was sent again with another code, or a vocabulary has come since). Such a row has to
-- go. Only rows of the wave's own people are looked at.
with held as (
  select 19 as domain_concept_id, condition_occurrence_id as event_id from lake_condition_occurrence
  where person_id in (select person_id from person_key)
  union all
  select 13, drug_exposure_id from lake_drug_exposure where person_id in (select person_id from person_key)
  union all
  select 10, procedure_occurrence_id from lake_procedure_occurrence
  where person_id in (select person_id from person_key)
  union all
  select 17, device_exposure_id from lake_device_exposure where person_id in (select person_id from person_key)
  union all
  select 21, measurement_id from lake_measurement where person_id in (select person_id from person_key)
  union all
  select 27, observation_id from lake_observation where person_id in (select person_id from person_key)
),
place as (
  select h.domain_concept_id, h.event_id
  from held as h
  join coded_event as e on e.event_id = h.event_id
  where e.domain_concept_id <> h.domain_concept_id
  union
  select e.domain_concept_id, e.event_id
  from coded_event as e
  join retold_event as r on r.event_id = e.event_id
),
latest as (
  select
    e.event_id,
    max_by(e.domain_concept_id, e.medark_record_no * 68719476736 + e.medark_row_no * 16 + e.part_no)
      as domain_concept_id,
    max(e.person_id) as person_id
  from coded_event as e
  join (select distinct event_id from place) as p on p.event_id = e.event_id
  group by e.event_id
)
select
  p.domain_concept_id,
  case p.domain_concept_id
    when 19 then 'condition_occurrence'
    when 13 then 'drug_exposure'
    when 10 then 'procedure_occurrence'
    when 17 then 'device_exposure'
    when 21 then 'measurement'
    when 27 then 'observation'
  end as table_name,
  p.event_id,
  l.person_id
from place as p
join latest as l on l.event_id = p.event_id
where l.domain_concept_id <> p.domain_concept_id
