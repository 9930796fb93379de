select
    v.no as JZID, v.patient_no as BRID, kind.code as ZDLX, g.rank as ZDXH, coalesce(g.written_code, c.code) as JBDM,
    c.name as JBMC, if(g.kind = 'discharge', g.on_admission, null) as RYSYW,
    'diagnosis' as kind, concat(v.no, '-', kind.code, g.rank) as record_id, v.person
from diagnosis g
join south_visit v on v.encounter = g.encounter
left join fact_local_south_disease c on c.key = g.disease
left join fact_local_south_word kind on kind.subject = 'diagnosis' and kind.key = g.kind
order by g.encounter, kind.code, g.rank
