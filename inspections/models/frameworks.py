"""Scrutiny bodies, frameworks and scales: data, loaded from reference/quality_indicators.json with its provenance."""

from django.db import models
from django.db.models import Q

from partnerships.models import Partnership


class ScrutinyBodyQuerySet(models.QuerySet["ScrutinyBody"]):
    def known_to(self, partnership: Partnership) -> "ScrutinyBodyQuerySet":
        """Those of the reference, and those that the partnership has entered itself: nobody reads another's names."""
        return self.filter(Q(entered_for=None) | Q(entered_for=partnership))


class ScrutinyBody(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    formal_name = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    entered_for = models.ForeignKey(
        Partnership, models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: of the reference."
    )

    objects = ScrutinyBodyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "scrutiny bodies"

    def __str__(self) -> str:
        return self.name


class Scale(models.Model):
    """An ordered set of words, such as the six-point evaluation scale."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    provenance = models.TextField(blank=True)
    source = models.URLField(max_length=500, blank=True)
    details = models.JSONField(default=dict, help_text="What the reference says beyond the levels.")

    def __str__(self) -> str:
        return self.name


class Level(models.Model):
    """One word of a scale. `position` 1 is first as the reference lists them; `value` is the word's number or key."""

    scale = models.ForeignKey(Scale, models.CASCADE, related_name="levels")
    position = models.PositiveSmallIntegerField()
    value = models.CharField(max_length=40, blank=True)
    label = models.CharField(max_length=200)
    short = models.TextField(blank=True)
    meaning = models.TextField(blank=True)
    follow_up = models.TextField(blank=True)
    provenance = models.TextField(blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["scale", "position"], name="level_position_once_a_scale"),
            models.UniqueConstraint(fields=["scale", "label"], name="level_label_once_a_scale"),
        )

    def __str__(self) -> str:
        return self.label


class QualityFramework(models.Model):
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=200, blank=True)
    published = models.TextField(blank=True)
    in_use = models.TextField(blank=True)
    scale = models.ForeignKey(Scale, models.PROTECT, null=True, blank=True, related_name="frameworks")
    provenance = models.TextField(blank=True)
    sources = models.JSONField(default=list)
    details = models.JSONField(default=dict, help_text="What the reference says beyond the indicators.")

    def __str__(self) -> str:
        return self.title


class QualityIndicator(models.Model):
    framework = models.ForeignKey(QualityFramework, models.CASCADE, related_name="indicators")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=10)
    title = models.CharField(max_length=300)
    area = models.CharField(max_length=300, blank=True)
    question = models.CharField(max_length=300, blank=True)
    is_evaluated = models.BooleanField(null=True, help_text="Graded in joint inspections, where the reference says.")
    provenance = models.TextField(blank=True)
    source = models.URLField(max_length=500, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["framework", "code"], name="indicator_code_once_a_framework"),)

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
