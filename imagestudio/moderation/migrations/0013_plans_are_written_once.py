"""What a plan of strikes says, and which thresholds were reached, is written once."""

from django.db import migrations

SAYS = "number, reasons, actions, days, counts_copies, thresholds, text, made_by_id, made_at"
GUARD = f"""
CREATE TRIGGER strikeplan_says_one_thing BEFORE UPDATE OF {SAYS} ON moderation_strikeplan
    FOR EACH ROW EXECUTE FUNCTION moderation_refuse_change();
CREATE TRIGGER reached_append_only BEFORE UPDATE OR DELETE ON moderation_reached
    FOR EACH ROW EXECUTE FUNCTION moderation_refuse_change();
CREATE TRIGGER reached_never_emptied BEFORE TRUNCATE ON moderation_reached
    FOR EACH STATEMENT EXECUTE FUNCTION moderation_refuse_change();
"""
UNGUARD = """
DROP TRIGGER reached_never_emptied ON moderation_reached;
DROP TRIGGER reached_append_only ON moderation_reached;
DROP TRIGGER strikeplan_says_one_thing ON moderation_strikeplan;
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0012_strikes")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
