from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("actionplans", "0012_answered_questions"),
        ("inspections", "0005_inspectors_who_ask"),
    ]

    operations = [
        migrations.AddField(
            model_name="paperrun",
            name="beside",
            field=models.ManyToManyField(
                blank=True,
                help_text="Other inspections whose grades stand in the pack: those that its owner could see.",
                related_name="+",
                to="inspections.inspection",
            ),
        ),
    ]
