from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("actionplans", "0011_questions_and_packs"),
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
