with held as (
    select lab_order, string_agg('{"reference":"Observation/' || county_id('lab-', lab_result) || '"}', ',' order by lab_result) as results
    from lab_result where organisation = 'county' group by lab_order
)
select
    concat('{"resourceType":"DiagnosticReport","id":"', county_id('lr-', o.lab_order), '","status":"', o.status,
        '","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"LAB"}]}],"code":',
        county_concept(county_coding('http://loinc.org', p.loinc, p.name_en), coalesce(p.name_zh, o.panel)), ',', v.context,
        ',"effectiveDateTime":"' || county_time(coalesce(o.collected, o.ordered)) || '"',
        ',"issued":"' || county_time(o.reported) || '"', ',"result":[' || h.results || ']', '}', chr(10)) as line,
    'DiagnosticReport' as kind, county_id('lr-', o.lab_order) as record_id, o.person
from lab_order o
join county_visit v on v.encounter = o.encounter
left join held h on h.lab_order = o.lab_order
left join fact_panels p on p.key = o.panel
order by o.lab_order
