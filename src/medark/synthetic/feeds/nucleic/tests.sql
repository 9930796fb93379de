-- A pool's members share its sample; each has a row.
select
    sample_no || ',' || site || ',' || csv(site_zh) || ',' || strftime(collected, '%Y-%m-%d %H:%M') || ',' || name_zh
    || ',' || identity_no || ',' || phone || ',' || csv(target_zh) || ',' || coalesce(pooled, 1) || ','
    || coalesce(printf('%.1f', ct), '') || ','
    || case result when 'positive' then '阳性' when 'negative' then '阴性' else '待复核' end
    || ',' || strftime(reported, '%Y-%m-%d %H:%M') || chr(13) || chr(10) as line,
    'nucleic test' as kind,
    sample_no as record_id,
    person
from (
    select
        t.*, p.name_zh, p.identity_no, p.phone, o.name_zh as site_zh, g.name_zh as target_zh, 'HS' || t.sample as sample_no
    from nucleic_test as t
    join person as p using (person)
    left join fact_organisations as o on o.key = t.site
    left join fact_test_targets as g on g.key = t.target
)
order by collected, sample, person
