-- Widths are those of the heading in __init__.py.
select
    rpad(claim_no, 16, ' ') || rpad(identity_no, 20, ' ') || rpad(organisation, 12, ' ') || rpad(insurance, 10, ' ')
    || rpad(coalesce(visit_kind, ''), 12, ' ') || rpad(coalesce(strftime(began, '%Y-%m-%d'), ''), 11, ' ')
    || rpad(coalesce(strftime(ended, '%Y-%m-%d'), ''), 11, ' ') || rpad(coalesce(icd10_cn, ''), 13, ' ')
    || rpad(strftime(submitted, '%Y-%m-%d %H:%M'), 18, ' ') || lpad(money(total), 13, ' ') || ' '
    || lpad(money(pooled), 13, ' ') || ' ' || lpad(money(own), 13, ' ') || chr(10) as line,
    'claim' as kind,
    claim_no as record_id,
    person
from (
    select
        c.*, p.identity_no, e.kind as visit_kind, e.start as began, e."end" as ended, d.icd10_cn,
        'C' || c.claim as claim_no
    from claim as c
    join person as p using (person)
    left join encounter as e using (encounter)
    left join (select * from diagnosis where rank = 1 and kind <> 'admission') as x using (encounter)
    left join fact_diseases as d on d.key = x.disease
)
order by submitted, claim
