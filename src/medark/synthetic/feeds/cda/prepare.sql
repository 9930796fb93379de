-- The stays that are summed up, and what each section says of them: in words, and as entries. Macros take escaped text.
create or replace macro cda_time(t) as strftime(t, '%Y%m%d%H%M%S') || '+0800';
create or replace macro cda_code(name, code, system, display) as concat('<', name, ' code="', code, '" codeSystem="', system,
    '" displayName="', display, '"/>');
create or replace macro cda_observation(template, code, time, value) as concat('<entry><observation classCode="OBS" moodCode="EVN">',
    '<templateId root="', template, '"/>', code, '<statusCode code="completed"/>', time, value, '</observation></entry>');
create or replace macro cda_section(code, title, words, entries) as concat('<component><section><code code="', code,
    '" codeSystem="2.16.840.1.113883.6.1"/><title>', title, '</title><text>', words, '</text>', entries, '</section></component>');

create or replace temp table cda_stay as
    select e.encounter, e.person, visit_no('south', e.encounter) as no, p.patient_no, p.name, p.sex, p.birth, p.identity_no,
        p.phone, p.address, e.start, e."end", d.code as department, d.name as department_name,
        post.code || right(s.key, 2) as doctor_no, s.name_zh as doctor, e.discharge = 'death' as died, w.code as discharge, w.name as discharge_name
    from encounter e
    left join visit_patient p on p.encounter = e.encounter
    left join fact_local_south_department d on d.key = e.department
    left join staff s on s.key = e.doctor
    left join fact_local_south_department post on post.key = s.department
    left join fact_local_south_word w on w.subject = 'discharge' and w.key = e.discharge
    where e.organisation = 'south' and e.kind = 'inpatient' and not coalesce(e.cancelled, false) and e."end" is not null;

create or replace temp table cda_diagnoses as
    select encounter, kind, string_agg(name, '；' order by rank) as words, string_agg(cda_observation(
        '2.16.840.1.113883.10.20.22.4.4', '<code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/>',
        '<effectiveTime><low value="' || cda_time(told) || '"/></effectiveTime>',
        concat('<value xsi:type="CD" code="', xml(code), '" codeSystem="2.16.840.1.113883.6.3" displayName="', name, '"/>')),
        '' order by rank) as entries
    from (
        select s.encounter, g.kind, g.rank, s.start as told, coalesce(g.written_code, c.code) as code, xml(c.name) as name
        from diagnosis g join cda_stay s using (encounter) left join fact_local_south_disease c on c.key = g.disease
    ) group by encounter, kind;

create or replace temp table cda_operations as
    select encounter, string_agg(concat(start::date, ' ', name), '；' order by rank, operation) as words, string_agg(concat(
        '<entry><procedure classCode="PROC" moodCode="EVN">', cda_code('code', code, '2.16.840.1.113883.6.104', name),
        '<statusCode code="completed"/><effectiveTime><low value="', cda_time(start), '"/>', '<high value="' || cda_time("end")
        || '"/>', '</effectiveTime></procedure></entry>'), '' order by rank, operation) as entries
    from (
        select o.*, c.code, xml(c.name) as name
        from operation o join cda_stay s using (encounter) left join fact_local_south_procedure c on c.key = o.procedure
    ) group by encounter;

-- The last value out of its range of each test.
create or replace temp table cda_results as
    select encounter, string_agg(concat('<tr><td>', name, '</td><td>', said, ' ', unit, '</td><td>', flag, '</td></tr>'), ''
        order by code) as words, string_agg(cda_observation('2.16.840.1.113883.10.20.22.4.2',
        concat('<code code="', loinc, '" codeSystem="2.16.840.1.113883.6.1"><translation code="', code,
            '" codeSystem="2.16.156.99999.2.3" displayName="', name, '"/></code>'),
        concat('<effectiveTime value="', cda_time(collected), '"/>'),
        concat(if(numeric, concat('<value xsi:type="PQ" value="', said, '"', ' unit="' || nullif(unit, '') || '"', '/>'),
            '<value xsi:type="ST">' || said || '</value>'), '<interpretationCode code="' || flag
            || '" codeSystem="2.16.840.1.113883.5.83"/>')), '' order by code) as entries
    from (
        select encounter, collected, flag, c.code, xml(c.name) as name, xml(f.unit_conventional) as unit,
            coalesce(f.loinc_conventional, f.loinc) as loinc, f.kind = 'quantitative' and written is null as numeric,
            xml(case when written is not null then written when f.kind = 'quantitative' then format_value(
                if(coalesce(other_unit, false), value, value / coalesce(f.factor::double, 1)), f.decimals_conventional) else text end) as said
        from (
            select r.* from lab_result r join cda_stay s using (encounter)
            where r.flag <> 'N'
            qualify row_number() over (partition by r.encounter, r.test order by r.collected desc, r.lab_result desc) = 1
        ) join fact_tests f on f.key = test join fact_local_south_test c on c.key = test
        where coalesce(written, value::varchar, text, '') <> ''
    ) group by encounter;

-- What is still taken when they leave.
create or replace temp table cda_drugs as
    select encounter, string_agg(concat(name, ' ', dose, unit, ' ', often, ' ', way), '；' order by prescription) as words,
        string_agg(concat('<entry><substanceAdministration classCode="SBADM" moodCode="INT"><text>', dose, unit, ' ', often, ' ',
            way, '</text><statusCode code="active"/><effectiveTime xsi:type="IVL_TS"><low value="', cda_time(left_at), '"/>',
            '</effectiveTime><routeCode code="', route, '" displayName="', way, '"/><doseQuantity value="', dose, '" unit="', unit,
            '"/><consumable><manufacturedProduct><manufacturedMaterial>', cda_code('code', code, '2.16.156.99999.2.4', name),
            '</manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></entry>'), ''
            order by prescription) as entries
    from (
        select x.encounter, x.prescription, s."end" as left_at, figure(x.dose) as dose, xml(c.unit) as unit, c.code,
            xml(c.name) as name, route.code as route, route.name as way, often.name as often
        from prescription x
        join cda_stay s using (encounter)
        left join fact_local_south_drug c on c.key = x.drug
        left join fact_local_south_word route on route.subject = 'route' and route.key = x.route
        left join fact_local_south_word often on often.subject = 'frequency' and often.key = x.frequency
        where x.route in ('oral', 'inhalation', 'subcutaneous') and coalesce(x.stopped, x.start + to_days(x.days)) >= s."end"
            and not s.died
    ) group by encounter;
