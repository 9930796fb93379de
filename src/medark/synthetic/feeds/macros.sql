-- What texts need before they go into a file: null becomes nothing.
create macro csv(x) as case
    when x is null then ''
    when regexp_matches(x::varchar, '[",\r\n]') then '"' || replace(x::varchar, '"', '""') || '"'
    else x::varchar end;
create macro json(x) as coalesce(to_json(x)::varchar, 'null');
create macro xml(x) as coalesce(replace(replace(replace(replace(x::varchar, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '');
create macro hl7(x) as coalesce(replace(replace(replace(replace(replace(replace(replace(
    x::varchar, '\', '\E\'), '|', '\F\'), '^', '\S\'), '&', '\T\'), '~', '\R\'), chr(10), '\.br\'), chr(13), ''), '');
create macro hl7_time(x) as coalesce(strftime(x, '%Y%m%d%H%M%S'), '');
-- Numbers that systems give: one for each key, in no order (multiples modulo a prime below 10^13; keys and k × key must
-- be less than 10^13 and 2^63). All systems of an organisation call an encounter by the same visit_no.
create macro scattered(x, k) as (x * k + k) % 9999999999971;
create macro visit_no(organisation, encounter) as case organisation
    when 'north' then 'A' || lpad(scattered(encounter, 770047)::varchar, 13, '0')
    when 'south' then to_base(scattered(encounter, 850021), 36, 9)
    when 'county' then 'v-' || to_base(scattered(encounter, 640007), 16, 11)
    else organisation || '-' || scattered(encounter, 530017) end;
create macro format_value(x, decimals) as printf('%.' || coalesce(decimals, '0') || 'f', x);
create macro figure(x) as case when x = floor(x) then x::bigint::varchar else round(x, 3)::varchar end;
create macro money(x) as (x / 100)::decimal(14, 2)::varchar;
-- Text of a COPY block of PostgreSQL.
create macro copied(x) as replace(replace(replace(replace(x::varchar, '\', '\\'), chr(9), '\t'), chr(10), '\n'), chr(13), '\r');
