from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Trial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=80, unique=True)),
                ("kind", models.CharField(max_length=20)),
                ("there", models.IntegerField()),
                ("looked", models.IntegerField()),
                ("tried", models.IntegerField()),
                ("last", models.BigIntegerField(null=True)),
                ("counted", models.BigIntegerField()),
            ],
        ),
    ]
