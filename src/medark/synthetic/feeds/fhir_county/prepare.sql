-- What resources share: ids, times with their offset, who and in which visit, and what never changes of a test or drug.
create or replace macro county_id(prefix, x) as concat(prefix, to_base(scattered(x, 390001), 16, 11));
create or replace macro county_time(t) as replace(t::varchar, ' ', 'T') || '+08:00';
create or replace macro county_coding(system, code, display) as
    '{"system":"' || system || '","code":"' || code || '"' || coalesce(',"display":' || to_json(display), '') || '}';
create or replace macro county_concept(codings, text) as
    concat('{', concat_ws(',', '"coding":[' || nullif(codings, '') || ']', '"text":' || to_json(text)), '}');

create or replace temp table county_practitioner as
    select s.key, concat('doc-', d.code, right(s.key, 2)) as id, s.name_zh as name, s.licence_no, t.name as title, d.code as department
    from staff s
    join fact_local_county_department d on d.key = s.department
    left join fact_local_county_word t on t.subject = 'title' and t.key = s.title
    where s.organisation = 'county';
create or replace temp table county_visit as
    select e.encounter, e.person, visit_no('county', e.encounter) as id, p.patient_no, p.sex, e.kind, e.start, e."end",
        d.code as department, d.name as department_name, s.id as practitioner, e.arrival, e.discharge,
        coalesce(e.cancelled, false) as cancelled, e.bed,
        '"subject":{"reference":"Patient/' || p.patient_no || '"},"encounter":{"reference":"Encounter/'
        || visit_no('county', e.encounter) || '"}' as context
    from encounter e
    left join visit_patient p on p.encounter = e.encounter
    left join fact_local_county_department d on d.key = e.department
    left join county_practitioner s on s.key = e.doctor
    where e.organisation = 'county';
create or replace temp table county_test as
    select t.key, t.kind as scale, t.decimals, coalesce(t.factor::double, 1) as factor,
        '"code":' || county_concept(concat_ws(',', county_coding('http://loinc.org', t.loinc, null),
            county_coding('urn:oid:2.16.156.99999.3.1', c.code, null)), c.name) || ',' as code,
        concat(',"unit":' || to_json(t.unit), ',"system":"http://unitsofmeasure.org","code":' || to_json(t.unit)) as unit,
        ',"referenceRange":[{' || nullif(concat_ws(',', '"low":{"value":' || t.low_m || '}', '"high":{"value":' || t.high_m
            || '}'), '') || '}]' as range_m,
        ',"referenceRange":[{' || nullif(concat_ws(',', '"low":{"value":' || t.low_f || '}', '"high":{"value":' || t.high_f
            || '}'), '') || '}]' as range_f
    from fact_tests t join fact_local_county_test c on c.key = t.key;
create or replace macro county_total(category, fen) as concat('{"category":{"coding":[{"system":',
    '"http://terminology.hl7.org/CodeSystem/adjudication","code":"', category, '"}]},"amount":{"value":', money(fen),
    ',"currency":"CNY"}}');
