select
    v.no as 就诊流水号, v.patient_no as 病人ID, kind.name as 诊断类别, g.rank as 诊断序号,
    coalesce(g.written_code, c.code) as 诊断编码, c.name as 诊断名称,
    case when g.kind <> 'discharge' then null when g.on_admission then '有' else '无' end as 入院病情,
    if(g.kind = 'discharge', v."end", v.start) as 诊断时间,
    'diagnosis' as kind, concat(v.no, '-', kind.code, g.rank) as record_id, v.person
from diagnosis g
join north_visit v on v.encounter = g.encounter
left join fact_local_north_disease c on c.key = g.disease
left join fact_local_north_word kind on kind.subject = 'diagnosis' and kind.key = g.kind
order by g.encounter, kind.code, g.rank
