-- Alzheimer's disease after Imfeld 2013: the first of three ways in, observed for a year before; no other dementia
-- later, no stroke in the two years before, adults. A stay lasts until observation ends.
with event as (
  select 'condition' as kind, condition_occurrence_id as id, person_id, condition_concept_id as concept_id,
         condition_start_date as day from condition_occurrence
  union all
  select 'drug', drug_exposure_id, person_id, drug_concept_id, drug_exposure_start_date from drug_exposure
  union all
  select 'procedure', procedure_occurrence_id, person_id, procedure_concept_id, procedure_date from procedure_occurrence
  union all
  select 'measurement', measurement_id, person_id, measurement_concept_id, measurement_date from measurement
  union all
  select 'observation', observation_id, person_id, observation_concept_id, observation_date from observation
  union all
  select 'visit', visit_occurrence_id, person_id, visit_concept_id, visit_start_date from visit_occurrence
),
-- Every event of a set while observed; until: the end of a visit.
seen as (
  select e.kind, e.id, s.set_id, e.person_id, e.day, v.visit_end_date as until,
         o.observation_period_start_date as a, o.observation_period_end_date as b
  from event e
  join concepts_of s on s.concept_id = e.concept_id
  join observation_period o on o.person_id = e.person_id
   and e.day between o.observation_period_start_date and o.observation_period_end_date
  left join visit_occurrence v on e.kind = 'visit' and v.visit_occurrence_id = e.id
),
first_ever as (
  select e.kind, s.set_id, e.person_id, arg_min(e.id, struct_pack(day := e.day, id := e.id)) as id
  from event e join concepts_of s on s.concept_id = e.concept_id
  group by all
),
first_seen as (
  select s.* from seen s join first_ever f
    on f.kind = s.kind and f.set_id = s.set_id and f.person_id = s.person_id and f.id = s.id
),
entry as (
  -- The disease, and a sign of it: a drug from then on, the disease again later, a test before, a symptom, a stay in
  -- hospital on the day.
  select f.person_id, f.day, f.a, f.b from first_seen f
  where f.kind = 'condition' and f.set_id = 0 and exists (
    from seen s where s.person_id = f.person_id and s.a = f.a and (
         (s.kind = 'drug' and s.set_id = 3 and s.day >= f.day)
      or (s.kind = 'condition' and s.set_id = 0 and s.day > f.day)
      or (s.kind in ('procedure', 'measurement', 'observation') and s.set_id = 4 and s.day <= f.day)
      or (s.kind = 'condition' and s.set_id = 5)
      or (s.kind = 'visit' and s.set_id = 9 and s.day <= f.day and s.until between f.day and f.b))
  )
  union all
  -- Dementia, and two prescriptions from then on.
  select f.person_id, f.day, f.a, f.b from first_seen f
  where f.kind = 'condition' and f.set_id = 2
    and (select count(*) from seen s
         where s.person_id = f.person_id and s.a = f.a and s.kind = 'drug' and s.set_id = 3 and s.day >= f.day) >= 2
  union all
  -- A prescription, and the disease from then on.
  select f.person_id, f.day, f.a, f.b from first_seen f
  where f.kind = 'drug' and f.set_id = 3
    and exists (from seen s where s.person_id = f.person_id and s.a = f.a and s.kind = 'condition' and s.set_id = 0
                and s.day >= f.day)
),
chosen as (
  select person_id, min(day) as day, any_value(a) as a, any_value(b) as b from entry where a + 365 <= day group by person_id
)
select c.person_id, c.day as first_day, c.b as last_day
from chosen c
join person p using (person_id)
where year(c.day) - p.year_of_birth >= 18
  and not exists (from seen s where s.person_id = c.person_id and s.a = c.a
                  and s.kind = 'condition' and s.set_id = 6 and s.day > c.day)
  and not exists (from seen s where s.person_id = c.person_id and s.a = c.a
                  and s.kind = 'condition' and s.set_id = 8 and s.day between c.day - 730 and c.day)
