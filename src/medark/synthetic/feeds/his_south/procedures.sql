select code as SSDM, name as SSMC, 'procedure' as kind, code as record_id, null::bigint as person
from fact_local_south_procedure order by code
