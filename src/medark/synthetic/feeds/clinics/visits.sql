-- A line of the outpatient register, as the rules of clinics ask for it: who, when, what for, what was done.
select
    e.organisation::varchar as clinic,
    strftime(e.start, '%Y-%m') as month,
    e.start as moment,
    e.encounter,
    e.person,
    visit_no(e.organisation, e.encounter) as record_id,
    strftime(e.start, '%Y/%m/%d %H:%M') as "就诊时间",
    visit_no(e.organisation, e.encounter) as "门诊号",
    v.patient_no as "档案号",
    v.name as "姓名",
    case v.sex when 'M' then '男' when 'F' then '女' end as "性别",
    date_part('year', age(e.start, v.birth::timestamp))::integer as "年龄",
    v.identity_no as "身份证号",
    v.phone as "电话",
    v.address as "住址",
    d.disease_zh as "诊断",
    d.code as "疾病编码",
    if(e.came_from is null, '初诊', '复诊') as "初复诊",
    b.temp as "体温",
    b.sbp as "收缩压",
    b.dbp as "舒张压",
    r.drugs as "处理",
    s.name_zh as "接诊医生"
from encounter as e
join visit_patient as v using (encounter)
left join (
    select
        x.encounter,
        string_agg(f.name_zh, '；' order by x.rank) as disease_zh,
        string_agg(coalesce(x.written_code, f.icd10_cn), '；' order by x.rank) as code
    from diagnosis as x
    join fact_diseases as f on f.key = x.disease
    group by x.encounter
) as d using (encounter)
left join (
    select
        encounter,
        max(value) filter (kind = 'temp') as temp,
        max(value) filter (kind = 'sbp') as sbp,
        max(value) filter (kind = 'dbp') as dbp
    from observation
    group by encounter
) as b using (encounter)
left join (
    select p.encounter, string_agg(f.name_zh, '；' order by p.prescription) as drugs
    from prescription as p
    join fact_drugs as f on f.key = p.drug
    group by p.encounter
) as r using (encounter)
left join staff as s on s.key = e.doctor
where e.organisation::varchar like 'clinic%' and not coalesce(e.cancelled, false)
