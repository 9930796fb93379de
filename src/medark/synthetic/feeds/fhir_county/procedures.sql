select
    concat('{"resourceType":"Procedure","id":"', county_id('op-', o.operation), '","status":"completed","code":',
        county_concept(county_coding('http://hl7.org/fhir/sid/icd-9-cm/procedure', c.code, null), c.name), ',', v.context,
        ',"performedPeriod":{"start":"', county_time(o.start), '"', ',"end":"' || county_time(o."end") || '"', '}',
        ',"performer":[{"actor":{"reference":"Practitioner/' || s.id || '"}}]', '}', chr(10)) as line,
    'Procedure' as kind, county_id('op-', o.operation) as record_id, o.person
from operation o
join county_visit v on v.encounter = o.encounter
left join fact_local_county_procedure c on c.key = o.procedure
left join county_practitioner s on s.key = o.surgeon
order by o.operation
