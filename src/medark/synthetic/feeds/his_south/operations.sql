select
    south_no(o.operation, 470021) as SSID, v.no as JZID, v.patient_no as BRID, o.rank as SSXH, c.code as SSDM, o.level as SSJB,
    o.start as KSSJ, o."end" as JSSJ, surgeon.no as SZGH, assistant.no as ZLGH, anaesthesia.code as MZDM,
    anaesthetist.no as MZGH, incision.code as QKDJ,
    'operation' as kind, south_no(o.operation, 470021) as record_id, v.person
from operation o
join south_visit v on v.encounter = o.encounter
left join fact_local_south_procedure c on c.key = o.procedure
left join south_staff surgeon on surgeon.key = o.surgeon
left join south_staff assistant on assistant.key = o.assistant
left join south_staff anaesthetist on anaesthetist.key = o.anaesthetist
left join fact_local_south_word anaesthesia on anaesthesia.subject = 'anaesthesia' and anaesthesia.key = o.anaesthesia
left join fact_local_south_word incision on incision.subject = 'incision' and incision.key = o.incision
order by o.operation
