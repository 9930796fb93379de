select
    r.patient_no as 病人ID, csv(r.name) as 姓名, sex.name as 性别, r.birth as 出生日期, r.identity_no as 身份证号,
    nation.name_zh as 民族, marital.name_zh as 婚姻状况, occupation.name_zh as 职业, r.phone as 联系电话, csv(r.address) as 现住址,
    insurance.name as 费别, p.blood_type as 血型, allergy.name_zh as 药物过敏, r.registered as 建档时间,
    r.merged_into as 合并至病人ID, r.merged_at as 合并时间, d.time as 死亡时间,
    'patient' as kind, r.patient_no as record_id, r.person
from registration r
join person p on p.person = r.person
left join (
    select * from death semi join (select person from north_visit where discharge = 'death') using (person)
) d on d.person = r.person
left join fact_local_north_word sex on sex.subject = 'sex' and sex.key = r.sex
left join fact_nations nation on nation.key = p.nation
left join fact_marital marital on marital.key = p.marital
left join fact_occupations occupation on occupation.key = p.occupation
left join fact_local_north_word insurance on insurance.subject = 'insurance' and insurance.key = p.insurance
left join fact_allergies allergy on allergy.key = p.drug_allergy
where r.organisation = 'north'
order by r.patient_no
