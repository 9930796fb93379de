-- One row a stay. Codes are of the Chinese national clinical versions.
select
    e.encounter, e.person, e.organisation::varchar as organisation, p.sex::varchar as sex,
    date_diff('day', p.birth, e.start::date) as age_days,
    date_part('year', age(e.start, p.birth::timestamp)) as age_years,
    greatest(1, date_diff('day', e.start::date, e."end"::date)) as days,
    e.discharge::varchar as discharge,
    d.main, d.others, coalesce(o.procedures, []) as procedures, f.cost
from encounter as e
join person as p using (person)
join (
    select
        x.encounter,
        max(i.icd10_cn) filter (x.rank = 1) as main,
        coalesce(list(i.icd10_cn order by x.rank) filter (x.rank > 1), []) as others
    from diagnosis as x
    join fact_diseases as i on i.key = x.disease
    where x.kind = 'discharge'
    group by x.encounter
) as d using (encounter)
left join (
    select w.encounter, list(c.code order by w.rank) as procedures
    from operation as w
    join fact_procedures as c on c.key = w.procedure
    group by w.encounter
) as o using (encounter)
left join (select encounter, sum(amount)::bigint as cost from fee group by encounter) as f using (encounter)
where e.kind = 'inpatient' and not coalesce(e.cancelled, false)
order by e.encounter
