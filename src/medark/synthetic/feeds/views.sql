-- As whom an organisation saw somebody: the number that was theirs there when the visit began. A number that was merged
-- into another by then is not used any more; before the first registration counts as with it.
create temp table visit_patient as
select encounter, organisation, patient_no, name, sex, birth, identity_no, phone, address
from (
    select
        e.encounter, e.organisation, r.patient_no, r.name, r.sex, r.birth, r.identity_no, r.phone, r.address,
        row_number() over (
            partition by e.encounter
            order by
                (r.merged_at is not null and r.merged_at <= e.start)::integer,
                (r.registered > e.start)::integer,
                if(r.registered > e.start, r.registered, null),
                r.registered desc,
                r.patient_no
        ) as choice
    from encounter as e
    join registration as r on r.person = e.person and r.organisation = e.organisation
)
where choice = 1;
