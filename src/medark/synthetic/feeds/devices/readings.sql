-- The device knows its owner by an account, which is not a name. Source of shapes: Open mHealth, IEEE 1752.1.
select
    '{"topic":"home/' || device || '/' || k.schema || '","qos":1,"payload":{"header":{"uuid":"' || reading_no
    || '","schema_id":{"namespace":"omh","name":"' || k.schema || '","version":"' || k.version
    || '"},"source_creation_date_time":"' || stamp || '","user_id":"U' || person || '"},"body":{"' || k.property
    || '":{"value":' || format_value(value, k.decimals) || ',"unit":"' || k.unit || '"}'
    || coalesce(',"' || k.second_property || '":{"value":' || format_value(second_value, k.decimals) || ',"unit":"' || k.unit || '"}', '')
    || ',"effective_time_frame":{"date_time":"' || stamp || '"}}}}' || chr(10) as line,
    'device reading' as kind,
    reading_no as record_id,
    person
from (
    select *, strftime(time, '%Y-%m-%dT%H:%M:%S') || '+08:00' as stamp, 'R' || reading as reading_no
    from device_reading
) as r
join fact_device_kinds as k on k.key = r.kind
order by r.time, r.reading
