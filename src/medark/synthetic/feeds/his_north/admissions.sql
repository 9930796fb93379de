select
    v.no as 就诊流水号, v.patient_no as 病人ID,
    row_number() over (partition by v.person order by v.start, v.encounter) as 住院次数, v.start as 入院时间,
    v.department_code as 入院科室编码, v.department_name as 入院科室, csv(v.bed) as 床号,
    case when f.kind = 'emergency' then '急诊' when v.arrival in ('referral', 'transfer') then '其他医疗机构转入'
        else '门诊' end as 入院途径,
    v.doctor_no as 主治医生工号, v.doctor_name as 主治医生, v."end" as 出院时间, discharge.name as 离院方式,
    if(v.cancelled, '1', '0') as 取消标志,
    'visit' as kind, v.no as record_id, v.person
from north_visit v
left join encounter f on f.encounter = v.came_from
left join fact_local_north_word discharge on discharge.subject = 'discharge' and discharge.key = v.discharge
where v.kind = 'inpatient'
order by v.start, v.encounter
