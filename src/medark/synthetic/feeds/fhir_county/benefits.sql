select
    concat('{"resourceType":"ExplanationOfBenefit","id":"', county_id('eob-', c.claim), '","status":"active","type":{"coding":[{',
        '"system":"http://terminology.hl7.org/CodeSystem/claim-type","code":"institutional"}]},"use":"claim",',
        '"patient":{"reference":"Patient/' || v.patient_no || '"},"billablePeriod":{"start":"' || county_time(v.start) || '"',
        ',"end":"' || county_time(v."end") || '"', '},"created":"', county_time(c.submitted), '",',
        '"insurer":{"display":"医疗保障局"},"provider":{"reference":"Organization/county"},', '"claim":{"reference":"Claim/'
        || if(v.kind = 'inpatient', county_id('clm-', c.claim), null) || '"},', '"outcome":"complete","insurance":[{"focal":true,"coverage":{"display":',
        to_json(coalesce(i.name_zh, c.insurance)), '}}],"item":[{"sequence":1,"productOrService":{"text":"医疗费"},',
        '"encounter":[{"reference":"Encounter/', v.id, '"}]}],"total":[',
        county_total('submitted', c.total), ',', county_total('benefit', c.pooled), ',', county_total('paidbypatient', c.own),
        '],"payment":{"amount":{"value":', money(c.pooled), ',"currency":"CNY"}}}', chr(10)) as line,
    'ExplanationOfBenefit' as kind, county_id('eob-', c.claim) as record_id, c.person
from claim c
join county_visit v on v.encounter = c.encounter
left join fact_insurances i on i.key = c.insurance
order by c.claim
