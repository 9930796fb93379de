-- Whose account it is: what its owner typed when the device was set up.
select
    '{"topic":"home/accounts","qos":1,"payload":{"user_id":"U' || person || '","name":' || json(name_zh)
    || ',"sex":"' || if(sex = 'M', 'male', 'female') || '","birth_date":"' || birth || '","phone":"' || phone || '"}}'
    || chr(10) as line,
    'device account' as kind,
    'U' || person as record_id,
    person
from person
where person in (select person from device_reading)
order by person
