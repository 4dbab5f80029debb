"""The ledger is written once: the database refuses to change or delete its lines."""

from django.db import migrations

GUARD = """
CREATE FUNCTION money_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Lines of % are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON money_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION money_refuse_change();
"""
UNGUARD = """
DROP TRIGGER ledger_append_only ON money_ledgerentry;
DROP FUNCTION money_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("money", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
