-- What is spoken of in notes, as standardise/notes reads them: `note_mention` has a row for each mention, its concepts
-- looked up. The row goes by the record that the note came in, so that one that came anew is read anew.
select
  key_hash(m.note_id || '|' || m.start || '|' || m.kind || '|' || m.lexical_variant) as note_nlp_id,
  n.note_id,
  cast(round(m.section_concept_id) as integer) as section_concept_id,
  m.snippet,
  cast(m.start as varchar) as "offset",
  m.lexical_variant,
  cast(round(m.note_nlp_concept_id) as integer) as note_nlp_concept_id,
  cast(round(m.note_nlp_source_concept_id) as integer) as note_nlp_source_concept_id,
  m.nlp_system,
  cast(m.read_at as date) as nlp_date,
  m.read_at as nlp_datetime,
  m.term_exists,
  m.term_temporal,
  m.term_modifiers,
  n.person_id as medark_person_id,
  n.medark_record_no,
  n.medark_row_no
from note_mention as m
join lake_note as n on n.note_id = m.note_id
