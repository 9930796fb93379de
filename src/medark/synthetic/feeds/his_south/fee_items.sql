select code as XMDM, name as XMMC, 'fee_item' as kind, code as record_id, null::bigint as person
from fact_local_south_fee_item order by code
