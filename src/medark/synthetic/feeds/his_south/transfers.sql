select
    v.no as JZID, v.patient_no as BRID, t.sequence as XH, d.code as KSDM, t.icu as ICUBZ, t.start as ZRSJ, t."end" as ZCSJ,
    'transfer' as kind, concat(v.no, '-', t.sequence) as record_id, v.person
from transfer t
join south_visit v on v.encounter = t.encounter
left join fact_local_south_department d on d.key = t.department
order by t.encounter, t.sequence
