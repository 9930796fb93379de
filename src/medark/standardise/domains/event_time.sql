-- Every time that events of the wave say, read once: events share their times (a panel, a visit), and reading a time
-- costs more than looking it up.
select
  said,
  cast(moment as date) as day,
  case when has_time(said) then moment end as moment,
  moment is not null and is_partial_date(said) as is_partial
from (
  select said, in_zone(said, :source_zone, :zone) as moment
  from (select start_time as said from staged_event union select end_time from staged_event) as times
  where said is not null
) as read_times
