"""A look only ends, and is told: what it was about, why and until when is written once."""

from django.db import migrations

GUARD = """
CREATE FUNCTION moderation_guard_look() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.account_id, NEW.person_id, NEW.by_id, NEW.role, NEW.reason, NEW.text,
        NEW.case_id, NEW.notice, NEW.began_at, NEW.until)
       IS DISTINCT FROM
       (OLD.id, OLD.account_id, OLD.person_id, OLD.by_id, OLD.role, OLD.reason, OLD.text,
        OLD.case_id, OLD.notice, OLD.began_at, OLD.until)
       OR OLD.ended_at IS NOT NULL AND (NEW.ended_at, NEW.ending, NEW.tell_at)
          IS DISTINCT FROM (OLD.ended_at, OLD.ending, OLD.tell_at)
       OR OLD.told_at IS NOT NULL AND NEW.told_at IS DISTINCT FROM OLD.told_at THEN
        RAISE EXCEPTION 'Lines of % are never changed or deleted', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER look_only_ends BEFORE UPDATE ON moderation_look
    FOR EACH ROW EXECUTE FUNCTION moderation_guard_look();
CREATE TRIGGER look_never_removed BEFORE DELETE ON moderation_look
    FOR EACH ROW EXECUTE FUNCTION moderation_refuse_change();
CREATE TRIGGER look_never_emptied BEFORE TRUNCATE ON moderation_look
    FOR EACH STATEMENT EXECUTE FUNCTION moderation_refuse_change();
"""
UNGUARD = """
DROP TRIGGER look_never_emptied ON moderation_look;
DROP TRIGGER look_never_removed ON moderation_look;
DROP TRIGGER look_only_ends ON moderation_look;
DROP FUNCTION moderation_guard_look();
"""


class Migration(migrations.Migration):
    dependencies = [("moderation", "0014_looks_into_libraries")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
