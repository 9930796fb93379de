select code as YPDM, name as YPMC, spec as GG, unit as JLDW, pack as BZDW, 'drug' as kind, code as record_id, null::bigint as person
from fact_local_south_drug order by code
