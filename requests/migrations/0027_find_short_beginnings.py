import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models

# Read by requests/search_words.py STARTS. A beginning that holds a digit makes no pair; a pair whose one
# beginning begins the other could be of one word alone.
STARTS_OF_WORDS = """
CREATE FUNCTION starts_of_words(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    WITH word AS (SELECT DISTINCT unnest(string_to_array(words, ' ')) AS signs),
    beginning AS (
        SELECT DISTINCT substring(signs FOR number) COLLATE "C" AS letters
        FROM word, generate_series(1, 2) number
        WHERE length(signs) >= number AND substring(signs FOR number) ~ '^[^0-9]+$'
    )
    SELECT array(
        SELECT one.letters || ' ' || other.letters FROM beginning one JOIN beginning other
            ON one.letters < other.letters AND NOT starts_with(other.letters, one.letters)
        UNION
        SELECT substring(signs FOR 3) FROM word WHERE length(signs) >= 3
    )
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("procedures", "0011_call_pages_pages"),
        ("requests", "0026_count_without_rows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(STARTS_OF_WORDS, "DROP FUNCTION starts_of_words(text)"),
        migrations.AddIndex(
            model_name="inquiry",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(
                    models.F("search_text"),
                    function="starts_of_words",
                    output_field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                name="inquiry_starts",
            ),
        ),
    ]
