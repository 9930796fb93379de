-- Times carry their zone; what the caller said is free text; a call nobody was sent to has no later times.
select
    '{"callId":"' || call_id
    || '","calledAt":"' || strftime(called, '%Y-%m-%dT%H:%M:%S') || '+08:00'
    || '","dispatchedAt":' || coalesce('"' || strftime(dispatched, '%Y-%m-%dT%H:%M:%S') || '+08:00"', 'null')
    || ',"onSceneAt":' || coalesce('"' || strftime(on_scene, '%Y-%m-%dT%H:%M:%S') || '+08:00"', 'null')
    || ',"atHospitalAt":' || coalesce('"' || strftime(at_hospital, '%Y-%m-%dT%H:%M:%S') || '+08:00"', 'null')
    || ',"location":{"lon":' || printf('%.5f', lon) || ',"lat":' || printf('%.5f', lat)
    || ',"district":' || json(district_zh) || ',"address":' || json(address_zh) || '}'
    || ',"caller":{"phone":' || json(phone) || '}'
    || ',"patient":{"name":' || json(name_zh) || ',"sex":"' || if(sex = 'M', '男', '女') || '","age":' || age || '}'
    || ',"complaintCode":' || json(complaint) || ',"complaint":' || json(text)
    || ',"priority":' || coalesce(priority::varchar, 'null') || ',"outcome":' || json(outcome)
    || ',"hospital":' || json(hospital) || '}' || chr(10) as line,
    'call' as kind,
    call_id as record_id,
    person
from (
    select
        c.*, p.phone, p.name_zh, p.sex, p.address_zh, d.name_zh as district_zh, o.name_zh as hospital,
        'E' || strftime(c.called, '%Y%m%d') || '-' || c.call as call_id,
        date_part('year', age(c.called, p.birth::timestamp)) as age
    from ems_call as c
    join person as p using (person)
    left join fact_districts as d on d.key = c.district
    left join fact_organisations as o on o.key = c.organisation
)
order by called, call
