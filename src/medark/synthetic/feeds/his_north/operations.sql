select
    20000000000000 + scattered(o.operation, 290011) as 手术单号, v.no as 就诊流水号, v.patient_no as 病人ID,
    o.rank as 手术序号, c.code as 手术编码, c.name as 手术名称, o.level as 手术级别, o.start as 开始时间, o."end" as 结束时间,
    surgeon.name as 术者, assistant.name as 一助, anaesthesia.name as 麻醉方式, anaesthetist.name as 麻醉医师,
    incision.name as 切口等级,
    'operation' as kind, (20000000000000 + scattered(o.operation, 290011))::varchar as record_id, v.person
from operation o
join north_visit v on v.encounter = o.encounter
left join fact_local_north_procedure c on c.key = o.procedure
left join north_staff surgeon on surgeon.key = o.surgeon
left join north_staff assistant on assistant.key = o.assistant
left join north_staff anaesthetist on anaesthetist.key = o.anaesthetist
left join fact_local_north_word anaesthesia on anaesthesia.subject = 'anaesthesia' and anaesthesia.key = o.anaesthesia
left join fact_local_north_word incision on incision.subject = 'incision' and incision.key = o.incision
order by o.operation
