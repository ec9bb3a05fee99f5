from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("core", "0003_append_only_again")]

    operations = [
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(fields=["user_id", "what", "-at"], name="audit_by_person"),
        ),
    ]
