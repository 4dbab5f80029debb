"""What a rule says in one version is written once."""

from django.db import migrations

GUARD = """
CREATE TRIGGER ruleversion_append_only BEFORE UPDATE OR DELETE ON moderation_ruleversion
    FOR EACH ROW EXECUTE FUNCTION moderation_refuse_change();
CREATE TRIGGER ruleversion_never_emptied BEFORE TRUNCATE ON moderation_ruleversion
    FOR EACH STATEMENT EXECUTE FUNCTION moderation_refuse_change();
"""
UNGUARD = """
DROP TRIGGER ruleversion_never_emptied ON moderation_ruleversion;
DROP TRIGGER ruleversion_append_only ON moderation_ruleversion;
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0008_rules_and_signals")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
