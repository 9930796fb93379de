select
    v.no as JZID, v.patient_no as BRID, kind.code as JZLX, v.department_code as KSDM, v.doctor_no as YGGH, v.start as JZSJ,
    v."end" as LKSJ, nullif(v.triage, 0) as FZJB, arrival.code as LYFS, v.cancelled::int as ZFBZ,
    'visit' as kind, v.no as record_id, v.person
from south_visit v
left join fact_local_south_word kind on kind.subject = 'kind' and kind.key = v.kind
left join fact_local_south_word arrival on arrival.subject = 'arrival' and arrival.key = v.arrival
where v.kind <> 'inpatient'
order by v.start, v.encounter
