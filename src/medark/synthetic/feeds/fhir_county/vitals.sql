-- Blood pressure is one observation of two parts.
with taken as (
    select b.encounter, b.time, c.code, c.name, c.unit, figure(b.value) as value
    from observation b
    join county_visit v on v.encounter = b.encounter
    left join fact_local_county_observation c on c.key = b.kind
), pressed as (
    select encounter, time, '85354-9' as code, '血压' as name, concat(',"component":[', string_agg(concat('{"code":',
        county_concept(county_coding('http://loinc.org', code, null), name), ',"valueQuantity":{"value":', value,
        ',"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}'), ',' order by code desc), ']') as said
    from taken where code in ('8480-6', '8462-4') group by encounter, time
), said as (
    from pressed union all by name
    select encounter, time, code, name, concat(',"valueQuantity":{"value":', value, ',"unit":' || to_json(unit),
        ',"system":"http://unitsofmeasure.org","code":' || to_json(unit), '}') as said
    from taken where code not in ('8480-6', '8462-4')
)
select
    concat('{"resourceType":"Observation","id":"', id, '","status":"final","category":[{"coding":[{"system":',
        '"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],"code":',
        county_concept(county_coding('http://loinc.org', code, null), name), ',', context, ',"effectiveDateTime":"',
        county_time(time), '"', said, '}', chr(10)) as line,
    'Observation' as kind, id as record_id, person
from (
    select s.*, v.context, v.person, concat('vs', substr(v.id, 2), '-', epoch(s.time)::bigint, '-', s.code) as id
    from said s join county_visit v on v.encounter = s.encounter
)
order by encounter, time, code
