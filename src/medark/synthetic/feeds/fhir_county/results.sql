select
    concat('{"resourceType":"Observation","id":"', county_id('lab-', r.lab_result), '","status":"',
        if(r.first_value is null, 'final', 'corrected'), '","category":[{"coding":[{"system":',
        '"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],', t.code, v.context,
        ',"effectiveDateTime":"', county_time(r.collected), '"',
        case
            when r.written = '' then ',"dataAbsentReason":{"coding":[{"code":"error"}]}'
            when try_cast(r.written as double) is not null then concat(',"valueQuantity":{"value":', r.written, t.unit, '}')
            when r.written is not null then ',"valueString":' || to_json(r.written)
            when t.scale = 'quantitative' then concat(',"valueQuantity":{"value":',
                format_value(if(r.other_unit, r.value / t.factor, r.value), t.decimals), t.unit, '}')
            else ',"valueCodeableConcept":{"text":' || to_json(r.text) || '}'
        end,
        ',"interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"'
        || nullif(r.flag, 'N') || '"}]}]', if(v.sex = 'F', t.range_f, t.range_m), '}', chr(10)) as line,
    'Observation' as kind, county_id('lab-', r.lab_result) as record_id, r.person
from lab_result r
join county_visit v on v.encounter = r.encounter
left join county_test t on t.key = r.test
order by r.lab_result
