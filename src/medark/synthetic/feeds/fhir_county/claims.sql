-- Bills of stays, an item a class of fees; what visits cost is in the explanations of benefit.
with billed as (
    select encounter, fee_class, sum(amount) as amount from fee where organisation = 'county' group by encounter, fee_class
), line as (
    select b.encounter, string_agg(concat('{"sequence":', b.nth, ',"productOrService":', county_concept(
        county_coding('urn:oid:2.16.156.99999.3.4', c.code, null), c.name), ',"encounter":[{"reference":"Encounter/', v.id,
        '"}],"net":{"value":', money(b.amount), ',"currency":"CNY"}}'), ',' order by b.nth) as items
    from (select *, row_number() over (partition by encounter order by fee_class) as nth from billed) b
    join county_visit v on v.encounter = b.encounter and v.kind = 'inpatient'
    left join fact_local_county_fee_class c on c.key = b.fee_class
    group by b.encounter
)
select
    concat('{"resourceType":"Claim","id":"', county_id('clm-', c.claim), '","status":"active","type":{"coding":[{"system":',
        '"http://terminology.hl7.org/CodeSystem/claim-type","code":"institutional"}]},"use":"claim",',
        '"patient":{"reference":"Patient/' || v.patient_no || '"},"billablePeriod":{"start":"' || county_time(v.start) || '"',
        ',"end":"' || county_time(v."end") || '"', '},"created":"', county_time(c.submitted), '",',
        '"provider":{"reference":"Organization/county"},"priority":{"coding":[{"code":"normal"}]},"insurance":[{"sequence":1,',
        '"focal":true,"coverage":{"display":', to_json(coalesce(i.name_zh, c.insurance)), '}}],"item":[', coalesce(items,
        '{"sequence":1,"productOrService":{"text":"医疗费"},"encounter":[{"reference":"Encounter/' || v.id || '"}]}'),
        '],"total":{"value":', money(c.total), ',"currency":"CNY"}}', chr(10)) as line,
    'Claim' as kind, county_id('clm-', c.claim) as record_id, c.person
from claim c
join county_visit v on v.encounter = c.encounter and v.kind = 'inpatient'
left join line l on l.encounter = c.encounter
left join fact_insurances i on i.key = c.insurance
order by c.claim
