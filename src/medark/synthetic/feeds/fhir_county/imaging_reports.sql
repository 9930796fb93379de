select
    concat('{"resourceType":"DiagnosticReport","id":"', county_id('ir-', i.study), '","status":"final","category":[{"coding":[',
        '{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"RAD"}]}],"code":{"text":"', i.modality, ' ',
        i.body_part, '"},', v.context, ',"effectiveDateTime":"', county_time(i.performed), '"',
        ',"issued":"' || county_time(i.reported) || '"', ',"resultsInterpreter":[{"reference":"Practitioner/' || s.id || '"}]',
        ',"conclusion":' || to_json(i.report), '}', chr(10)) as line,
    'DiagnosticReport' as kind, county_id('ir-', i.study) as record_id, i.person
from imaging i
join county_visit v on v.encounter = i.encounter
left join county_practitioner s on s.key = i.radiologist
order by i.study
