"""Which plans are about a post-holder stands in a column: who may see what must not hang on a text being read."""
# ruff: noqa: RUF012

import json
from typing import Any

from django.db import migrations, models


def mark(apps: Any, _editor: Any) -> None:
    """As the plans' texts say now, or ever said: an amendment took nothing back that had been answered before it."""
    plans, events = apps.get_model("rounds", "PlanFile"), apps.get_model("rounds", "PlanEvent")
    texts = [*plans.objects.values_list("plan", "text"), *events.objects.values_list("plan_id", "replaced")]
    about = {plan for plan, text in texts if text and json.loads(text).get("subject", {}).get("kind") == "post_holder"}
    plans.objects.filter(plan__in=about).update(restricted=True)


class Migration(migrations.Migration):
    dependencies = [("rounds", "0003_planevent")]

    operations = [
        migrations.AddField("planfile", "restricted", models.BooleanField(default=False)),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
