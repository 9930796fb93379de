select
    v.no as 就诊流水号, v.patient_no as 病人ID, b.time as 测量时间, c.code as 项目编码, c.name as 项目名称,
    figure(b.value) as 测量值, c.unit as 单位,
    'observation' as kind, concat(v.no, '-', c.code, epoch(b.time)::bigint) as record_id, v.person
from observation b
join north_visit v on v.encounter = b.encounter
left join fact_local_north_observation c on c.key = b.kind
order by b.encounter, b.time, c.code
