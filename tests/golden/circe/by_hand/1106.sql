-- Major surgery of adults: the first of 35 kinds of operation, on the first two days of an admission that goes on at least
-- to the next day and that no emergency visit began with, or in the two days before; without opioids from a year to two
-- weeks before. A stay lasts until observation ends.
with operation as (
  select p.person_id, min(p.procedure_date) as day
  from procedure_occurrence p
  join observation_period o on o.person_id = p.person_id
   and p.procedure_date between o.observation_period_start_date and o.observation_period_end_date
  where p.procedure_concept_id in (select concept_id from concepts_of where set_id not in (0, 43, 79))
  group by p.person_id
),
seen as (
  select s.person_id, s.day, o.observation_period_start_date as a, o.observation_period_end_date as b
  from operation s
  join observation_period o on o.person_id = s.person_id
   and s.day between o.observation_period_start_date and o.observation_period_end_date
),
visit as (
  select v.person_id, v.visit_start_date as from_day, v.visit_end_date as to_day, k.set_id,
         o.observation_period_start_date as a
  from visit_occurrence v
  join concepts_of k on k.concept_id = v.visit_concept_id and k.set_id in (0, 43)
  join observation_period o on o.person_id = v.person_id
   and v.visit_start_date between o.observation_period_start_date and o.observation_period_end_date
),
admission as (
  select * from visit i
  where i.set_id = 0 and not exists (
    from visit e where e.set_id = 43 and e.person_id = i.person_id and e.a = i.a
      and e.from_day between i.from_day - 2 and i.from_day
  )
)
select s.person_id, s.day as first_day, s.b as last_day
from seen s
join person p on p.person_id = s.person_id and year(s.day) - p.year_of_birth >= 18
where exists (
    from admission i where i.person_id = s.person_id and i.a = s.a
      and i.from_day between s.day - 1 and s.day and i.to_day between s.day + 1 and s.b
  )
  and not exists (
    from drug_exposure d
    where d.person_id = s.person_id and d.drug_concept_id in (select concept_id from concepts_of where set_id = 79)
      and d.drug_exposure_start_date between greatest(s.day - 365, s.a) and s.day - 14
  )
