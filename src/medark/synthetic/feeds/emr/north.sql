-- Chinese keys; the number of a document is that of the visit with the number of the note.
select
    '病案号: ' || v.patient_no || chr(10) || '住院号: ' || visit_no('north', n.encounter) || chr(10) || '文书号: ' || note_no
    || chr(10) || '姓名: ' || coalesce(v.name, '') || chr(10) || '性别: ' || case v.sex when 'M' then '男' when 'F' then '女' else '' end
    || coalesce(chr(10) || '出生日期: ' || strftime(v.birth, '%Y-%m-%d'), '') || chr(10) || '日期: ' || strftime(n.written, '%Y年%m月%d日 %H时%M分') || chr(10) || '类型: '
    || case n.kind when 'admission' then '入院记录' when 'progress' then '病程记录' when 'operation' then '手术记录' else '出院小结' end
    || chr(10) || '语言: ' || n.language || chr(10) || chr(10) || n.text || chr(10) as document,
    n.kind::varchar as kind, note_no as record_id, n.person
from (select *, 'W' || scattered(note, 660013) as note_no from note where organisation = 'north') as n
join visit_patient as v using (encounter)
order by n.written, n.note
