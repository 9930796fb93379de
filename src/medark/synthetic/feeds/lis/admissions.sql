-- ADT of stays: A01 when they begin, A03 when they end, A11 where an admission was taken back.
with event as (
    select encounter, person, start as moment, 'A01' as trigger, '' as ending from encounter
    where organisation = '$organisation' and kind = 'inpatient'
    union all
    select encounter, person, "end", 'A03', '|' || hl7_time("end") from encounter
    where organisation = '$organisation' and kind = 'inpatient' and not coalesce(cancelled, false) and "end" is not null
    union all
    select encounter, person, start + interval 1 hour, 'A11', '' from encounter
    where organisation = '$organisation' and kind = 'inpatient' and coalesce(cancelled, false)
)
select
    $opens || 'MSH|^~\&|ADT|$authority|PLATFORM|CITY|' || hl7_time(moment) || '||ADT^' || trigger || '|' || visit || trigger
    || '|P|$version||||||$character_set' || chr(13) || 'EVN||' || hl7_time(moment) || chr(13) || pid || pv1 || ending
    || chr(13) || $closes as line,
    'ADT^' || trigger as kind, visit || trigger as record_id, person
from event
join said using (encounter)
order by moment, record_id
