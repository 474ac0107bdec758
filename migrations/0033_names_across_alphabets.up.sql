-- Employees find a customer in whichever alphabet either of them writes the name: Uzbek in Latin or
-- Cyrillic letters, Russian. All are compared in Latin letters without their signs, and where the
-- alphabets differ in one sound, by one way to write it: Karimov is Каримов, Qodir is Қодир and
-- Кодир, Xasan is Hasan and Хасан, Zhasur is Jasur.

DROP INDEX customer_first_name;
DROP INDEX customer_last_name;

CREATE OR REPLACE FUNCTION comparable_name(name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN
        replace(replace(replace(replace(
            replace(replace(replace(replace(replace(replace(replace(
                translate(
                    lower(name),
                    'абвгғдежзийкқлмнопрстуўфхҳыэqxwъьʻʼ‘’''`´',
                    'abvggdejziykklmnoprstuofhhiekhv'),
                'ш', 'sh'), 'щ', 'sh'), 'ч', 'ch'), 'ц', 'ts'), 'ю', 'yu'), 'я', 'ya'), 'ё', 'yo'),
            'kh', 'h'), 'zh', 'j'), 'dj', 'j'), 'ye', 'e');

CREATE INDEX customer_last_name ON customer (comparable_name(last_name) text_pattern_ops);
CREATE INDEX customer_first_name ON customer (comparable_name(first_name) text_pattern_ops);
