select
    concat('{"resourceType":"AllergyIntolerance","id":"al-', r.patient_no, '","clinicalStatus":{"coding":[{"system":',
        '"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]},"verificationStatus":{"coding":[{',
        '"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"confirmed"}]},"type":"allergy",',
        '"category":["medication"],"code":', county_concept(county_coding('http://www.whocc.no/atc', a.atc, a.name_en), a.name_zh),
        ',"patient":{"reference":"Patient/', r.patient_no, '"},"recordedDate":"', county_time(r.registered), '"}', chr(10)) as line,
    'AllergyIntolerance' as kind, concat('al-', r.patient_no) as record_id, r.person
from registration r
join person p on p.person = r.person
join fact_allergies a on a.key = p.drug_allergy
where r.organisation = 'county'
order by r.patient_no
