-- English keys.
select
    'patient_id: ' || v.patient_no || chr(10) || 'visit_id: ' || visit_no('south', n.encounter) || chr(10) || 'note_id: ' || note_no
    || chr(10) || 'name: ' || coalesce(v.name, '') || chr(10) || 'sex: ' || coalesce(v.sex, '')
    || coalesce(chr(10) || 'birth_date: ' || strftime(v.birth, '%Y-%m-%d'), '') || chr(10) || 'date: ' || strftime(n.written, '%Y-%m-%d %H:%M') || chr(10) || 'type: '
    || case n.kind when 'admission' then 'Admission note' when 'progress' then 'Progress note'
        when 'operation' then 'Operation note' else 'Discharge summary' end
    || chr(10) || 'language: ' || n.language || chr(10) || chr(10) || n.text || chr(10) as document,
    n.kind::varchar as kind, note_no as record_id, n.person
from (select *, 'emr-' || to_base(scattered(note, 710023), 36, 9) as note_no from note where organisation = 'south') as n
join visit_patient as v using (encounter)
order by n.written, n.note
