select
    v.no as 就诊流水号, v.patient_no as 病人ID, t.sequence as 转科序号, d.code as 科室编码, d.name as 科室名称,
    if(t.icu, '1', '0') as 重症监护标志, t.start as 转入时间, t."end" as 转出时间,
    'transfer' as kind, concat(v.no, '-', t.sequence) as record_id, v.person
from transfer t
join north_visit v on v.encounter = t.encounter
left join fact_local_north_department d on d.key = t.department
order by t.encounter, t.sequence
