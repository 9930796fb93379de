select
    r.patient_no as 病人ID, csv(r.name) as 姓名, sex.name as 性别, r.birth as 出生日期, r.identity_no as 身份证号,
    nation.name as 民族, marital.name as 婚姻状况, occupation.name as 职业, r.phone as 联系电话, csv(r.address) as 现住址,
    insurance.name as 费别, p.blood_type as 血型, allergy.name as 药物过敏, r.registered as 建档时间,
    r.merged_into as 合并至病人ID, r.merged_at as 合并时间, if(d.in_hospital, d.time, null) as 死亡时间,
    'patient' as kind, r.patient_no as record_id, r.person
from registration r
join person p on p.person = r.person
left join death d on d.person = r.person
left join fact_local_north_word sex on sex.subject = 'sex' and sex.key = r.sex
left join fact_local_north_word nation on nation.subject = 'nation' and nation.key = p.nation
left join fact_local_north_word marital on marital.subject = 'marital' and marital.key = p.marital
left join fact_local_north_word occupation on occupation.subject = 'occupation' and occupation.key = p.occupation
left join fact_local_north_word insurance on insurance.subject = 'insurance' and insurance.key = p.insurance
left join fact_local_north_word allergy on allergy.subject = 'drug_allergy' and allergy.key = p.drug_allergy
where r.organisation = 'north'
order by r.patient_no
