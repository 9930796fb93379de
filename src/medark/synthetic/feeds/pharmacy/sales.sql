-- Day first and semicolons: a till of its own kind.
select
    'XS' || s.sale || ';' || csv(o.name_zh) || ';' || strftime(s.sold, '%d/%m/%Y %H:%M') || ';YP' || n.item_no || ';'
    || csv(coalesce(d.name_zh, s.item)) || ';' || csv(d.strength) || ';' || s.quantity || ';' || money(s.price) || ';'
    || coalesce(s.member, '') || chr(10) as line,
    'sale' as kind,
    'XS' || s.sale as record_id,
    s.person
from pharmacy_sale as s
left join (select key, row_number() over (order by key) as item_no from fact_drugs) as n on n.key = s.item
left join fact_organisations as o on o.key = s.pharmacy
left join fact_drugs as d on d.key = s.item
order by s.sold, s.sale
