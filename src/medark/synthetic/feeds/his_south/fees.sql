select
    south_no(f.fee, 830003) as FYID, v.no as JZID, v.patient_no as BRID, c.code as XMDM, class.code as FYLB,
    figure(f.quantity) as SL, money(f.unit_price) as DJ, money(f.amount) as JE, f.time as FYSJ,
    'fee' as kind, south_no(f.fee, 830003) as record_id, v.person
from fee f
join south_visit v on v.encounter = f.encounter
left join fact_local_south_fee_item c on c.key = f.item
left join fact_local_south_fee_class class on class.key = f.fee_class
order by f.fee
