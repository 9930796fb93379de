with drug as (
    select c.key, c.unit, c.pack, county_concept(concat_ws(',',
        county_coding('http://www.nlm.nih.gov/research/umls/rxnorm', f.rxnorm, null),
        county_coding('http://www.whocc.no/atc', f.atc, null),
        county_coding('urn:oid:2.16.156.99999.3.3', c.code, null)), c.name) as code
    from fact_local_county_drug c join fact_drugs f on f.key = c.key
), way as (
    select key, concat(',"route":', county_concept(county_coding('http://snomed.info/sct', code, null), name)) as said, name
    from fact_local_county_word where subject = 'route'
)
select
    concat('{"resourceType":"MedicationRequest","id":"', county_id('rx-', x.prescription), '","status":"',
        if(x.stopped < least(x.start + to_days(x.days), v."end"), 'stopped', 'completed'), '","intent":"order","medicationCodeableConcept":', drug.code, ',',
        v.context, ',"authoredOn":"', county_time(x.start), '"',
        ',"requester":{"reference":"Practitioner/' || v.practitioner || '"}',
        ',"dosageInstruction":[{"text":"', concat_ws(' ', figure(x.dose) || drug.unit, often.name, way.name),
        '","timing":{"code":{"text":"' || often.name || '"}}', way.said,
        ',"doseAndRate":[{"doseQuantity":{"value":' || figure(x.dose) || ',"unit":"' || drug.unit
        || '","system":"http://unitsofmeasure.org","code":"' || drug.unit || '"}}]', '}],"dispenseRequest":{',
        concat_ws(',', '"quantity":{"value":' || figure(x.quantity) || ',"unit":"' || drug.pack || '"}',
            '"expectedSupplyDuration":{"value":' || x.days || ',"system":"http://unitsofmeasure.org","code":"d"}'),
        '}}', chr(10)) as line,
    'MedicationRequest' as kind, county_id('rx-', x.prescription) as record_id, x.person
from prescription x
join county_visit v on v.encounter = x.encounter
left join drug on drug.key = x.drug
left join way on way.key = x.route
left join fact_local_county_word often on often.subject = 'frequency' and often.key = x.frequency
order by x.prescription
