-- New users of cephalosporins: the first exposure, observed for a year before. A stay lasts while exposures follow one
-- another within 30 days; each lasts to its end, else as long as its supply, else one day.
with exposure as (
  select d.person_id, d.drug_exposure_id as id, d.drug_exposure_start_date as from_day,
         coalesce(d.drug_exposure_end_date, d.drug_exposure_start_date + d.days_supply, d.drug_exposure_start_date + 1)
           as to_day
  from drug_exposure d
  where d.drug_concept_id in (select concept_id from concepts_of where set_id = 10)
),
marked as (
  select *, from_day > 30 + max(to_day) over (
    partition by person_id order by from_day, id rows between unbounded preceding and 1 preceding
  ) as breaks
  from exposure
),
numbered as (
  select *, sum(case when breaks then 1 else 0 end) over (partition by person_id order by from_day, id) as spell
  from marked
),
spells as (
  select person_id, spell, min(from_day) as from_day, max(to_day) as to_day from numbered group by person_id, spell
),
first_use as (
  select person_id, min(from_day) as day from exposure group by person_id
)
select f.person_id, f.day as first_day, least(s.to_day, o.observation_period_end_date) as last_day
from first_use f
join observation_period o on o.person_id = f.person_id
 and f.day between o.observation_period_start_date + 365 and o.observation_period_end_date
join spells s on s.person_id = f.person_id and f.day between s.from_day and s.to_day
