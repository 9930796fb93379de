-- What the files of the hospital share: staff by number, words, and encounters with both.
create or replace temp table north_staff as
    select s.key, d.code || right(s.key, 2) as no, s.name_zh as name, s.department, s.title
    from staff s join fact_local_north_department d on d.key = s.department where s.organisation = 'north';
create or replace temp table north_visit as
    select e.encounter, e.person, visit_no('north', e.encounter) as no, p.patient_no, p.name, p.sex, p.birth, p.identity_no,
        p.phone, p.address, e.kind, e.department, e.start, e."end",
        d.code as department_code, d.name as department_name, s.no as doctor_no, s.name as doctor_name, e.bed, e.arrival,
        e.triage, e.discharge, coalesce(e.cancelled, false) as cancelled, e.came_from
    from encounter e
    left join visit_patient p on p.encounter = e.encounter
    left join fact_local_north_department d on d.key = e.department
    left join north_staff s on s.key = e.doctor
    where e.organisation = 'north';
