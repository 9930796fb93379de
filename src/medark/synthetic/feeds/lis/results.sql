-- Results of an order have numbers that follow each other, and lie in their order. One message a report; a corrected one comes again with status C a day later; one taken back is an order that is
-- cancelled. Order of the file: as sent.
with of_year as (
    select * from lab_order where organisation = '$organisation' and date_part('year', ordered) = $year
),
line_of_result as (
    select
        r.lab_order, r.lab_result,
        case when r.written is not null or t.scale <> 'quantitative' then 'ST' else 'NM' end || t.code as head,
        case
            when r.written is not null then hl7(r.written)
            when t.scale <> 'quantitative' then hl7(r.text)
            else format_value(r.value / if(r.other_unit, t.other_factor, t.factor), t.decimals)
        end as value,
        format_value(r.first_value / t.factor, t.decimals) as first,
        '|' || t.unit || '|' || coalesce(g.range, '') || '|' || coalesce(r.flag, '') || '|||' as tail,
        '|||' || hl7_time(r.collected) || chr(13) as done
    from lab_result as r
    semi join of_year using (lab_order)
    join reported_as as t using (test)
    join person as p using (person)
    left join range_said as g on g.test = r.test and g.sex = p.sex
),
numbered as (
    select l.*, l.lab_result - f.first_result + 1 as n, f.corrected
    from line_of_result as l
    join (
        select lab_order, min(lab_result) as first_result, bool_or(first_value is not null) as corrected
        from lab_result
        semi join of_year using (lab_order)
        group by lab_order
    ) as f using (lab_order)
    order by l.lab_result  -- texts are joined in this order: far faster than sorting in each order
),
body as (
    select
        lab_order, bool_or(corrected) as corrected,
        string_agg(concat('OBX|', n, '|', head, coalesce(first, value), tail, 'F', done), '') as first_obx
    from numbered
    group by lab_order
),
correction as (
    select lab_order, string_agg(concat('OBX|', n, '|', head, value, tail, 'C', done), '') as last_obx
    from numbered
    where corrected
    group by lab_order
),
report as (
    select
        o.person, o.lab_order, o.ordered, o.collected, o.status, b.corrected, b.first_obx, c.last_obx, s.pid, s.pv1,
        coalesce(o.reported, o.ordered) as sent, 'L' || scattered(o.lab_order, 310019) as order_no,
        '|' || o.panel || '^' || p.name_zh || '^L||' || hl7_time(o.ordered) || '|' as panel
    from of_year as o
    join said as s using (encounter)
    join fact_panels as p on p.key = o.panel
    left join body as b using (lab_order)
    left join correction as c using (lab_order)
),
message as (
    select
        *, 'ORU^R01' as kind, order_no || 'F' as control, sent as moment,
        'ORC|RE||' || order_no || '||CM' || chr(13) || 'OBR|1||' || order_no || panel || hl7_time(collected)
        || repeat('|', 15) || hl7_time(sent) || '||LAB|F' || chr(13) || first_obx as segments
    from report
    where status <> 'cancelled' and first_obx is not null
    union all
    select
        *, 'ORU^R01', order_no || 'C', sent + interval 1 day,
        'ORC|RE||' || order_no || '||CM' || chr(13) || 'OBR|1||' || order_no || panel || hl7_time(collected)
        || repeat('|', 15) || hl7_time(sent + interval 1 day) || '||LAB|C' || chr(13) || last_obx
    from report
    where status <> 'cancelled' and corrected
    union all
    select
        *, 'ORM^O01', order_no || 'X', ordered + interval 30 minute,
        'ORC|CA|' || order_no || '|' || order_no || '||CA' || chr(13) || 'OBR|1|' || order_no || '|' || order_no || panel
        || hl7_time(ordered) || chr(13)
    from report
    where status = 'cancelled'
)
select
    $opens || 'MSH|^~\&|LIS|$authority|PLATFORM|CITY|' || hl7_time(moment) || '||' || kind || '|' || control
    || '|P|$version||||||$character_set' || chr(13) || pid || pv1 || chr(13) || segments || $closes as line,
    kind, control as record_id, person
from message
order by moment, control
