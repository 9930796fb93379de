-- A line of a prescription.
select
    p.organisation::varchar as clinic,
    strftime(p.start, '%Y-%m') as month,
    p.start as moment,
    p.prescription,
    p.person,
    'CF' || scattered(p.prescription, 410023) as record_id,
    strftime(p.start, '%Y/%m/%d') as "日期",
    'CF' || scattered(p.prescription, 410023) as "处方号",
    visit_no(p.organisation, p.encounter) as "门诊号",
    v.patient_no as "档案号",
    v.name as "姓名",
    f.name_zh as "药品",
    f.strength as "规格",
    p.quantity as "数量",
    p.dose as "单次剂量",
    f.unit as "剂量单位",
    p.frequency::varchar as "频次",
    p.route::varchar as "途径",
    p.days as "天数"
from prescription as p
join visit_patient as v using (encounter)
left join fact_drugs as f on f.key = p.drug
where p.organisation::varchar like 'clinic%'
