"""The log is appended to and nothing else: both databases refuse any other change of it."""
# ruff: noqa: RUF012

from django.db import migrations

SAYS = "the audit log is only appended to"
GENESIS = "0" * 64
SQLITE = [
    f"CREATE TRIGGER people_auditline_no_update BEFORE UPDATE ON people_auditline "
    f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
    f"CREATE TRIGGER people_auditline_no_delete BEFORE DELETE ON people_auditline "
    f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END",
    # INSERT OR REPLACE would delete without asking the trigger above.
    "CREATE TRIGGER people_auditline_no_replace BEFORE INSERT ON people_auditline "
    "WHEN NEW.number IN (SELECT number FROM people_auditline) "
    "BEGIN SELECT RAISE(ABORT, 'the audit log is only appended to'); END",
]
POSTGRES = [
    f"CREATE FUNCTION people_auditline_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{SAYS}'; END $$",
    "CREATE TRIGGER people_auditline_no_change BEFORE UPDATE OR DELETE ON people_auditline "
    "FOR EACH ROW EXECUTE FUNCTION people_auditline_refuse()",
    "CREATE TRIGGER people_auditline_no_truncate BEFORE TRUNCATE ON people_auditline "
    "FOR EACH STATEMENT EXECUTE FUNCTION people_auditline_refuse()",
]


def make(apps, editor):
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRES:
        editor.execute(statement)
    apps.get_model("people", "AuditHead").objects.create(id=1, number=0, digest=GENESIS, signature=b"")


def known_people(apps, _editor):
    """Who had an account before there were roles saw everything, and goes on doing so; an administrator may narrow it.
    The first administrator needs no role."""
    from django.utils import timezone

    user_model = apps.get_model("auth", "User")
    assignment = apps.get_model("people", "Assignment")
    for user in user_model.objects.filter(is_active=True, is_superuser=False):
        assignment.objects.create(user=user, role="office", since=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.RunPython(make),
        migrations.RunPython(known_people),
    ]
