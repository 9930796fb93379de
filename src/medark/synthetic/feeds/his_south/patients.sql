select
    r.patient_no as BRID, copied(r.name) as XM, sex.code as XBDM, r.birth as CSRQ, r.identity_no as SFZH, r.phone as LXDH,
    copied(r.address) as JTZZ, nation.code as MZDM, marital.code as HYDM, occupation.code as ZYDM, insurance.code as FBDM,
    blood.abo as XX, allergy.name_zh as GMYW, r.registered as JDSJ, r.merged_into as HBBRID, r.merged_at as HBSJ,
    d.time as SWSJ, 'patient' as kind, r.patient_no as record_id, r.person
from registration r
join person p on p.person = r.person
left join (
    select * from death semi join (select person from south_visit where discharge = 'death') using (person)
) d on d.person = r.person
left join fact_occupations occupation on occupation.key = p.occupation
left join fact_local_south_word sex on sex.subject = 'sex' and sex.key = r.sex
left join fact_nations nation on nation.key = p.nation
left join fact_marital marital on marital.key = p.marital
left join fact_local_south_word insurance on insurance.subject = 'insurance' and insurance.key = p.insurance
left join fact_blood_types blood on blood.key = p.blood_type
left join fact_allergies allergy on allergy.key = p.drug_allergy
where r.organisation = 'south'
order by r.patient_no
