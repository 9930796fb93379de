-- A40: a number that turned out to be another's.
select
    $opens || 'MSH|^~\&|ADT|$authority|PLATFORM|CITY|' || hl7_time(r.merged_at) || '||ADT^A40|' || r.patient_no
    || 'A40|P|$version||||||$character_set' || chr(13) || 'EVN||' || hl7_time(r.merged_at) || chr(13) || 'PID|1||'
    || r.merged_into || '^^^$authority^MR' || chr(13) || 'MRG|' || r.patient_no || '^^^$authority^MR' || chr(13)
    || $closes as line,
    'ADT^A40' as kind, r.patient_no || 'A40' as record_id, r.person
from registration as r
where r.organisation = '$organisation' and r.merged_into is not null and r.merged_at is not null
order by r.merged_at, r.patient_no
