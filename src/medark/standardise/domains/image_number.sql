-- The row of image_occurrence that each staged picture belongs to.
select distinct event_key, key_hash(:salt || '|image|' || study_uid || '|' || series_uid) as image_occurrence_id
from staged_image
where event_key is not null
