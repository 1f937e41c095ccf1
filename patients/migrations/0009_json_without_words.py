"""Earlier versions are kept as JSON. Erasing takes the words out of it and leaves its shape."""

from django.db import migrations

WITHOUT_WORDS = """
CREATE FUNCTION mendline_without_words(given jsonb, names text[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
  RETURN CASE jsonb_typeof(given)
    WHEN 'object' THEN (
      SELECT coalesce(jsonb_object_agg(each.key, CASE
        WHEN each.key = ANY (names) AND jsonb_typeof(each.value) = 'string' AND each.value <> '""'
        THEN '"[erased]"'::jsonb
        ELSE mendline_without_words(each.value, names)
      END), '{}'::jsonb) FROM jsonb_each(given) each
    )
    WHEN 'array' THEN (
      SELECT coalesce(jsonb_agg(mendline_without_words(one.value, names) ORDER BY one.position), '[]'::jsonb)
      FROM jsonb_array_elements(given) WITH ORDINALITY AS one (value, position)
    )
    ELSE given
  END;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("patients", "0007_find_patients_by_index")]

    operations = [migrations.RunSQL(WITHOUT_WORDS, "DROP FUNCTION mendline_without_words(jsonb, text[])")]
