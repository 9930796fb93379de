select upper(subject) as LB, code as DM, name as MC, 'word' as kind, concat(subject, ':', code) as record_id, null::bigint as person
from (
    select distinct subject, code, name from fact_local_south_word
    union select 'fee_class', code, name from fact_local_south_fee_class
    union select 'nation', code, name_zh from fact_nations
    union select 'marital', code, name_zh from fact_marital
    union select distinct 'occupation', code, first(name_zh order by name_zh) from fact_occupations group by code
)
order by subject, code, name
