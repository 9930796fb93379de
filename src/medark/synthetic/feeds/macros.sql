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
create macro yuan(x) as printf('%.2f', x / 100.0);
