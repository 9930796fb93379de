select
    30000000000000 + scattered(f.fee, 310019) as 费用流水号, v.no as 就诊流水号, v.patient_no as 病人ID, c.code as 项目编码,
    c.name as 项目名称, class.name as 费用类别, figure(f.quantity) as 数量, money(f.unit_price) as 单价,
    money(f.amount) as 金额, f.time as 计费时间, v.department_code as 执行科室,
    'fee' as kind, (30000000000000 + scattered(f.fee, 310019))::varchar as record_id, v.person
from fee f
join north_visit v on v.encounter = f.encounter
left join fact_local_north_fee_item c on c.key = f.item
left join fact_local_north_fee_class class on class.key = f.fee_class
order by f.fee
