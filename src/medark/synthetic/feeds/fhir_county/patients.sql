select
    concat('{"resourceType":"Patient","id":"', r.patient_no, '","identifier":[{"type":{"coding":[{"code":"MR"}]},',
        '"system":"urn:oid:2.16.156.99999.3","value":"', r.patient_no, '"}',
        ',{"type":{"coding":[{"code":"NI"}]},"system":"urn:oid:2.16.156.112604","value":' || to_json(r.identity_no) || '}',
        '],"active":', if(r.merged_into is null, 'true', 'false'), ',"name":[{"text":' || to_json(r.name) || '}]',
        ',"telecom":[{"system":"phone","value":' || to_json(r.phone) || '}]', ',"gender":"' || sex.code || '"',
        ',"birthDate":"' || r.birth || '"', ',"deceasedDateTime":"' || if(d.in_hospital, county_time(d.time), null) || '"',
        ',"address":[{"use":"home","text":' || to_json(r.address) || ',"country":"CN"}]',
        ',"managingOrganization":{"reference":"Organization/county"}',
        ',"link":[{"other":{"reference":"Patient/' || r.merged_into || '"},"type":"replaced-by"}]', '}', chr(10)) as line,
    'Patient' as kind, r.patient_no as record_id, r.person
from registration r
left join (
    select * from death semi join (select person from county_visit where discharge = 'death') using (person)
) d on d.person = r.person
left join fact_local_county_word sex on sex.subject = 'sex' and sex.key = r.sex
where r.organisation = 'county'
order by r.patient_no
