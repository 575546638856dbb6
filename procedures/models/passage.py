"""What search looks into: the words of editions, cut into the pieces that a result can lead to."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q

from clinic.personal_data import declare

from .edition import Edition

# Made by a migration: English stems, and letters with and without accents alike.
CONFIG = "english_unaccent"


class Passage(models.Model):
    """One section, key fact, lead or name of an edition, written when it is published.

    `names` are the page's names: "nerve block infection" finds the section about
    infections on the page about nerve blocks.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="passages")
    position = models.PositiveSmallIntegerField()
    slot = models.SlugField(max_length=60, blank=True, db_index=False)
    heading = models.CharField(max_length=150, blank=True)
    text = models.TextField(blank=True)
    names = models.CharField(max_length=150)
    weight = models.PositiveSmallIntegerField(help_text="How much a word counts that is found here.")
    vector = models.GeneratedField(
        expression=SearchVector("heading", weight="A", config=CONFIG)
        + SearchVector("text", weight="B", config=CONFIG)
        + SearchVector("names", weight="D", config=CONFIG),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    personal_data = declare(none="id edition position slot heading text names weight vector")

    class Meta:
        ordering = ["edition", "position"]
        indexes = [GinIndex(name="passage_vector", fields=["vector"])]
        constraints = [
            models.UniqueConstraint(name="passage_position_once", fields=["edition", "position"]),
            models.CheckConstraint(
                name="passage_weight_is_1_to_10", condition=Q(weight__gte=1, weight__lte=10)
            ),
            models.CheckConstraint(name="passage_says_something", condition=~Q(heading="", text="")),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.heading or self.text[:60]}"


class SearchWord(models.Model):
    """A word as an edition spells it: what a slip of the finger is compared with."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="search_words")
    word = models.CharField(max_length=40)

    personal_data = declare(none="id edition word")

    class Meta:
        ordering = ["word"]
        indexes = [GinIndex(name="search_word_alike", fields=["word"], opclasses=["gin_trgm_ops"])]
        constraints = [
            models.UniqueConstraint(name="search_word_once", fields=["edition", "word"]),
            models.CheckConstraint(name="search_word_is_lower_case", condition=Q(word__regex=r"^[a-z]{4,}$")),
        ]

    def __str__(self) -> str:
        return self.word
