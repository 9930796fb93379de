-- Events that the wave tells more than once: few, and looked for once for all that must know which telling is the latest.
select event_id
from coded_event
group by event_id
having count(*) > 1
