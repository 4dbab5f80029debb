"""Decisions and the audit log are written once: the database refuses to change or delete them."""

from django.db import migrations

GUARD = """
CREATE FUNCTION moderation_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Lines of % are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE ON moderation_decision
    FOR EACH ROW EXECUTE FUNCTION moderation_refuse_change();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON moderation_auditentry
    FOR EACH ROW EXECUTE FUNCTION moderation_refuse_change();
"""
UNGUARD = """
DROP TRIGGER audit_append_only ON moderation_auditentry;
DROP TRIGGER decision_append_only ON moderation_decision;
DROP FUNCTION moderation_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0002_cases_and_decisions")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
