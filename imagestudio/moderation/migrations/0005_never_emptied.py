"""Decisions and the audit log cannot be emptied either."""

from django.db import migrations

GUARD = """
CREATE TRIGGER decision_never_emptied BEFORE TRUNCATE ON moderation_decision
    FOR EACH STATEMENT EXECUTE FUNCTION moderation_refuse_change();
CREATE TRIGGER audit_never_emptied BEFORE TRUNCATE ON moderation_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION moderation_refuse_change();
"""
UNGUARD = """
DROP TRIGGER audit_never_emptied ON moderation_auditentry;
DROP TRIGGER decision_never_emptied ON moderation_decision;
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0004_ends_and_appeals")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
