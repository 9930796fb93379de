select
    v.no as 就诊流水号, v.patient_no as 病人ID, kind.name as 就诊类别, v.department_code as 科室编码,
    v.department_name as 科室名称, v.doctor_no as 医生工号, v.doctor_name as 医生姓名, v.start as 就诊时间,
    v."end" as 离开时间, nullif(v.triage, 0) as 分诊级别, arrival.name as 来院方式, if(v.cancelled, '1', '0') as 退号标志,
    'visit' as kind, v.no as record_id, v.person
from north_visit v
left join fact_local_north_word kind on kind.subject = 'kind' and kind.key = v.kind
left join fact_local_north_word arrival on arrival.subject = 'arrival' and arrival.key = v.arrival
where v.kind <> 'inpatient'
order by v.start, v.encounter
