select
    concat('{"resourceType":"Organization","id":"', id, '","active":true,"type":[{"text":', to_json(type), '}],"name":',
        to_json(name), ',"partOf":{"reference":"Organization/' || above || '"}', '}', chr(10)) as line,
    'Organization' as kind, id as record_id, null::bigint as person
from (
    select 0 as rank, 'county' as id, '医院' as type, name_zh as name, null as above from fact_organisations where key = 'county'
    union all
    select 1, concat('dept-', code), '科室', name, 'county' from fact_local_county_department
)
order by rank, id
