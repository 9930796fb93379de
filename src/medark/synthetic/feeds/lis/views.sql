-- Who and which visit, as the messages of $organisation say it; and each test as its laboratory reports it.
create or replace temp table said as
select
    v.encounter, v.patient_no, visit_no('$organisation', v.encounter) as visit,
    'PID|1||' || v.patient_no || '^^^$authority^MR'
    || coalesce('~' || v.identity_no || '^^^GA^NI', '') || '||' || substr(v.name, 1, 1) || '^' || substr(v.name, 2)
    || '||' || coalesce(strftime(v.birth, '%Y%m%d'), '') || '|' || coalesce(v.sex, '') || '|||' || hl7(v.address)
    || '||' || coalesce(v.phone, '') || chr(13) as pid,
    'PV1|1|' || case e.kind when 'inpatient' then 'I' when 'emergency' then 'E' else 'O' end || '|'
    || coalesce(d.code, '') || repeat('|', 16) || visit_no('$organisation', v.encounter) || repeat('|', 25)
    || hl7_time(e.start) as pv1
from visit_patient as v
join encounter as e using (encounter)
left join fact_local_${organisation}_department as d on d.key = e.department
where e.organisation = '$organisation';

create or replace temp table reported_as as
select
    t.key as test, t.kind as scale,
    '|' || l.code || '^' || l.name || '^L^' || if($conventional, t.loinc_conventional, t.loinc) || '^' || t.name_en
    || '^LN||' as code,
    if($conventional, coalesce(t.factor::double, 1), 1) as factor,
    if($conventional, 1, coalesce(t.factor::double, 1)) as other_factor,
    coalesce(if($conventional, t.decimals_conventional, t.decimals), '0') as decimals,
    hl7(if($conventional, t.unit_conventional, t.unit)) as unit,
    t.low_m::double as low_m, t.high_m::double as high_m, t.low_f::double as low_f, t.high_f::double as high_f
from fact_tests as t
join fact_local_${organisation}_test as l using (key);

create or replace temp table range_said as
select
    test, sex,
    case
        when low is null and high is null then ''
        when low is null then '<' || format_value(high / factor, decimals)
        when high is null then '>' || format_value(low / factor, decimals)
        else format_value(low / factor, decimals) || '-' || format_value(high / factor, decimals)
    end as range
from (
    select test, factor, decimals, unnest(['M', 'F']) as sex, unnest([low_m, low_f]) as low, unnest([high_m, high_f]) as high
    from reported_as
);
