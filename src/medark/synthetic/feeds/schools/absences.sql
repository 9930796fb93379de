-- A pupil who falls ill stays at home for three days at most; one who saw a doctor for something short, that day and the
-- next. Shares and days are ours.
with ill as (
    select person, onset + interval 6 hour as since, 3 as days,
        case event when 'food_cluster' then '呕吐腹泻' when 'hfmd_cluster' then '皮疹' else '发热' end as symptom
    from infection
    where severity not in ('none', 'fatal') and event <> 'hai_cluster'
    union all
    select person, start, 2,
        case
            when reason in ('gastroenteritis', 'norovirus') then '呕吐腹泻'
            when reason in ('fever', 'tonsillitis') then '发热'
            else '咳嗽' end
    from encounter
    where kind in ('outpatient', 'emergency') and event is null and not coalesce(cancelled, false)
        and reason in ('urti', 'tonsillitis', 'bronchitis', 'gastroenteritis', 'norovirus', 'fever')
),
absent as (
    select i.person, d.day, min(i.symptom) as symptom
    from ill as i
    join school_day as d on d.day >= i.since::date and d.day < i.since::date + i.days
    group by i.person, d.day
)
select
    strftime(a.day, '%Y-%m-%d') || ',' || csv(s.name_zh) || ',' || csv(p.school_class) || ',' || p.name_zh || ','
    || p.identity_no || ',' || a.symptom || ',' || strftime(a.day, '%Y-%m-%d') || ' 08:30' || chr(13) || chr(10) as line,
    'absence' as kind,
    'QQ' || strftime(a.day, '%Y%m%d') || '-' || a.person as record_id,
    a.person
from absent as a
join person as p using (person)
join fact_schools as s on s.key = p.school and s.kind in ('kindergarten', 'primary', 'junior', 'senior')
left join death as x using (person)
where (p.moved_in is null or a.day >= p.moved_in) and (p.moved_out is null or a.day < p.moved_out)
    and (x.time is null or a.day < x.time::date)
    and a.day >= p.birth + s.from_age::integer * interval 1 year
order by a.day, a.person
