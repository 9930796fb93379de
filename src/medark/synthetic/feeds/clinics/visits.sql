-- A line of the outpatient register, as the rules of clinics ask for it: who, when, what for, what was done.
with visit as (
    select * from encounter where organisation::varchar like 'clinic%' and not coalesce(cancelled, false)
)
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
from visit as e
join visit_patient as v using (encounter)
left join (
    select encounter, string_agg(name_zh, '；') as disease_zh, string_agg(code, '；') as code
    from (  -- texts are joined in this order: far faster than sorting in each visit
        select x.encounter, f.name_zh, coalesce(x.written_code, f.icd10_cn) as code
        from diagnosis as x
        semi join visit using (encounter)
        join fact_diseases as f on f.key = x.disease
        order by x.rank
    )
    group by encounter
) as d using (encounter)
left join (
    select
        encounter,
        max(value) filter (kind = 'temp') as temp,
        max(value) filter (kind = 'sbp') as sbp,
        max(value) filter (kind = 'dbp') as dbp
    from observation
    semi join visit using (encounter)
    group by encounter
) as b using (encounter)
left join (
    select encounter, string_agg(name_zh, '；') as drugs
    from (
        select p.encounter, f.name_zh
        from prescription as p
        semi join visit using (encounter)
        join fact_drugs as f on f.key = p.drug
        order by p.prescription
    )
    group by encounter
) as r using (encounter)
left join staff as s on s.key = e.doctor
