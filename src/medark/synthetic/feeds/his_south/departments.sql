select code as KSDM, name as KSMC, 'department' as kind, code as record_id, null::bigint as person
from fact_local_south_department order by code
