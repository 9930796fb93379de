select
    south_no(x.prescription, 610031) as YZID, v.no as JZID, v.patient_no as BRID, c.code as YPDM, figure(x.dose) as JL,
    frequency.code as PCDM, route.code as YFDM, x.days as TS, figure(x.quantity) as SL, x.start as KSSJ, x.stopped as TZSJ,
    v.doctor_no as YGGH, 'prescription' as kind, south_no(x.prescription, 610031) as record_id, v.person
from prescription x
join south_visit v on v.encounter = x.encounter
left join fact_local_south_drug c on c.key = x.drug
left join fact_local_south_word route on route.subject = 'route' and route.key = x.route
left join fact_local_south_word frequency on frequency.subject = 'frequency' and frequency.key = x.frequency
order by x.prescription
