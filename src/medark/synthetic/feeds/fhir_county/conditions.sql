select
    concat('{"resourceType":"Condition","id":"', id, '","clinicalStatus":{"coding":[{"system":',
        '"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}]},"category":[{"coding":[{"system":',
        '"http://terminology.hl7.org/CodeSystem/condition-category","code":"encounter-diagnosis"}],"text":"', role_name,
        '"}],"code":', code, ',',
        context, ',"recordedDate":"', county_time(recorded), '"}', chr(10)) as line,
    'Condition' as kind, id as record_id, person
from (
    select
        concat('dx', substr(v.id, 2), '-', word.code, g.rank) as id, word.code as role, word.name as role_name, v.context,
        if(g.kind = 'discharge', v."end", v.start) as recorded, v.person, g.encounter, g.rank,
        county_concept(county_coding('http://hl7.org/fhir/sid/icd-10-cm', coalesce(g.written_code, c.code), null), c.name) as code
    from diagnosis g
    join county_visit v on v.encounter = g.encounter
    left join fact_local_county_disease c on c.key = g.disease
    left join fact_local_county_word word on word.subject = 'diagnosis' and word.key = g.kind
)
order by encounter, role, rank
