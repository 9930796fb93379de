-- New users of celecoxib, adult, observed for 180 days before and without a bleeding before. A stay lasts for a year, or
-- until the first bleeding, exposure to diclofenac or death; only days from 1990 to 2009 count.
with entry as (
  select d.person_id, d.drug_exposure_start_date as day,
         row_number() over (partition by d.person_id order by d.drug_exposure_start_date, d.drug_exposure_id) as place
  from drug_exposure d
  where d.drug_concept_id in (select concept_id from concepts_of where set_id = 1)
),
seen as (
  select e.person_id, e.day, o.observation_period_start_date as a, o.observation_period_end_date as b
  from entry e
  join person p on p.person_id = e.person_id and year(e.day) - p.year_of_birth >= 18
  join observation_period o on o.person_id = e.person_id
   and e.day - 180 >= o.observation_period_start_date and e.day <= o.observation_period_end_date
  where e.place = 1
),
bleeding as (
  select person_id, condition_start_date as day from condition_occurrence
  where condition_concept_id in (select concept_id from concepts_of where set_id = 3)
),
ending as (
  from bleeding
  union all
  select person_id, drug_exposure_start_date from drug_exposure
  where drug_concept_id in (select concept_id from concepts_of where set_id = 2)
  union all
  select person_id, death_date from death
),
stay as (
  select s.person_id, s.day as first_day,
         least(s.day + 365, s.b, min(e.day)) as last_day
  from seen s
  left join ending e on e.person_id = s.person_id and e.day between s.day and s.b
  where not exists (from bleeding x where x.person_id = s.person_id and x.day >= s.a and x.day < s.day)
  group by s.person_id, s.day, s.b
)
select person_id, greatest(first_day, date '1990-01-01') as first_day, least(last_day, date '2009-12-31') as last_day
from stay
where first_day <= date '2009-12-31' and last_day >= date '1990-01-01'
