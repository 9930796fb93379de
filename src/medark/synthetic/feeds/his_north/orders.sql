select
    10000000000000 + scattered(x.prescription, 410009) as 医嘱号, v.no as 就诊流水号, v.patient_no as 病人ID,
    case when v.kind <> 'inpatient' then '处方' when x.days > 1 then '长期医嘱' else '临时医嘱' end as 医嘱类型,
    c.code as 药品编码, c.name as 药品名称, c.spec as 规格, figure(x.dose) as 单次剂量, c.unit as 剂量单位,
    route.name as 给药途径, frequency.name as 频次, x.days as 天数, figure(x.quantity) as 数量, c.pack as 数量单位,
    x.start as 开始时间, x.stopped as 停止时间, v.doctor_no as 开单医生工号,
    'prescription' as kind, (10000000000000 + scattered(x.prescription, 410009))::varchar as record_id, v.person
from prescription x
join north_visit v on v.encounter = x.encounter
left join fact_local_north_drug c on c.key = x.drug
left join fact_local_north_word route on route.subject = 'route' and route.key = x.route
left join fact_local_north_word frequency on frequency.subject = 'frequency' and frequency.key = x.frequency
order by x.prescription
