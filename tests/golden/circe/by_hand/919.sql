-- The first cardiac arrhythmia ever, if it is observed and there is another on a later day, or from that day on two
-- exposures to drugs for it or a procedure for it, all while observed. A stay lasts until observation ends.
with ranked as (
  select c.person_id, c.condition_start_date as day,
         row_number() over (partition by c.person_id order by c.condition_start_date, c.condition_occurrence_id) as place
  from condition_occurrence c
  join concepts_of s on s.set_id = 0 and s.concept_id = c.condition_concept_id
),
seen as (
  select r.person_id, r.day, o.observation_period_end_date as b
  from ranked r
  join observation_period o on o.person_id = r.person_id
   and r.day between o.observation_period_start_date and o.observation_period_end_date
  where r.place = 1
),
again as (
  select distinct s.person_id from seen s
  join condition_occurrence c on c.person_id = s.person_id
  join concepts_of k on k.set_id = 0 and k.concept_id = c.condition_concept_id
  where c.condition_start_date > s.day and c.condition_start_date <= s.b
),
treated as (
  select s.person_id from seen s
  join drug_exposure d on d.person_id = s.person_id and d.drug_exposure_start_date between s.day and s.b
  join concepts_of k on k.set_id = 1 and k.concept_id = d.drug_concept_id
  group by s.person_id having count(*) > 1
),
operated as (
  select distinct s.person_id from seen s
  join procedure_occurrence p on p.person_id = s.person_id and p.procedure_date between s.day and s.b
  join concepts_of k on k.set_id = 2 and k.concept_id = p.procedure_concept_id
)
select person_id, day as first_day, b as last_day
from seen
where person_id in (select person_id from again union select person_id from treated union select person_id from operated)
