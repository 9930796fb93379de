select
    concat('{"resourceType":"Practitioner","id":"', id, '","identifier":[{"system":"urn:oid:2.16.156.99999.3.2","value":"',
        licence_no, '"}],"active":true,"name":[{"text":', to_json(name), '}],"qualification":[{"code":{"text":',
        to_json(title), '}}]}', chr(10)) as line,
    'Practitioner' as kind, id as record_id, null::bigint as person
from county_practitioner
order by id
