select
    v.no as JZID, v.patient_no as BRID, row_number() over (partition by v.person order by v.start, v.encounter) as ZYCS,
    v.start as RYSJ, v.department_code as RYKS, copied(v.bed) as CWH, arrival.code as RYTJ, v.doctor_no as ZGYS,
    v."end" as CYSJ, discharge.code as CYFS, v.cancelled::int as ZFBZ, 'visit' as kind, v.no as record_id, v.person
from south_visit v
left join fact_local_south_word arrival on arrival.subject = 'arrival' and arrival.key = v.arrival
left join fact_local_south_word discharge on discharge.subject = 'discharge' and discharge.key = v.discharge
where v.kind = 'inpatient'
order by v.start, v.encounter
