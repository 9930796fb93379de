-- What the tables of the dump share: staff by number, and encounters with both.
create or replace temp table south_staff as
    select s.key, concat(d.code, right(s.key, 2)) as no, s.name_zh as name, d.code as department_code, t.code as title
    from staff s
    join fact_local_south_department d on d.key = s.department
    left join fact_local_south_word t on t.subject = 'title' and t.key = s.title
    where s.organisation = 'south';
create or replace temp table south_visit as
    select e.encounter, e.person, visit_no('south', e.encounter) as no, r.patient_no, e.kind, e.start, e."end",
        d.code as department_code, s.no as doctor_no, e.bed, e.arrival, e.triage, e.discharge,
        coalesce(e.cancelled, false) as cancelled
    from encounter e
    left join visit_patient r on r.encounter = e.encounter
    left join fact_local_south_department d on d.key = e.department
    left join south_staff s on s.key = e.doctor
    where e.organisation = 'south';
create or replace macro south_no(x, k) as to_base(scattered(x, k), 36, 9);
