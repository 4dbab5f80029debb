"""Rules on words: made, tried, put in force and out of it, by senior moderators, on the record."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from imagestudio.accounts.models import Role
from imagestudio.jobs import enqueue
from imagestudio.moderation.exceptions import (
    NoSuchRule,
    PatternInvalid,
    RankTooLow,
    RuleChanged,
    RuleInvalid,
    RuleTooBroad,
    RuleUntried,
)
from imagestudio.moderation.models import AuditEntry, Rule, RuleVersion, Screening, Trial, first_key
from imagestudio.moderation.services.rules import making, trials
from imagestudio.moderation.services.rules.book import BOOK, judge
from imagestudio.moderation.services.rules.making import Wording
from tests.factories import make_rule
from tests.integration.moderation.conftest import later

WORDING = Wording(kind="literal", pattern="hen", field="prompt", action="block", reason="hate")
PROMPT = Screening.Field.PROMPT


@pytest.fixture
def senior(cast):
    return cast.user("senior_moderator")


@pytest.fixture
def written(cast, team):
    """Let people have written so many texts."""

    def write(*texts, name=Role.CREATOR, field="prompt", verdict="allow"):
        user = cast.user(name)
        rows = [
            Screening(account=team, user=user, text=text, field=field, verdict=verdict)
            for text in texts
        ]
        return Screening.objects.bulk_create(rows)

    return write


def verdict(text):
    return judge(text, PROMPT).verdict


def lines(verb):
    return list(AuditEntry.objects.filter(verb=verb).order_by("at", "id"))


def test_a_rule_holds_from_when_it_is_enabled_until_it_is_disabled(cast, senior):
    rule = make_rule(cast, is_tried=True)
    assert (rule.state, verdict("a fox")) == ("draft", "allow")
    making.enable_rule(moderator=senior, rule_id=rule.pk, version=1, is_confirmed=True)
    assert (verdict("a fox"), verdict("a hen")) == ("flag", "allow")
    assert judge("a fox", Screening.Field.TITLE).verdict == "allow"
    making.disable_rule(moderator=senior, rule_id=rule.pk)
    assert verdict("a fox") == "allow"
    told = [entry.text.rpartition(": ")[2].split()[0] for entry in lines("ruled")]
    assert told == ["made", "tried", "enabled", "disabled"]
    assert {entry.actor for entry in lines("ruled")} == {senior}


def test_a_new_version_is_a_draft_while_the_old_one_holds(cast, senior):
    rule = make_rule(cast, is_enabled=True)
    making.change_rule(moderator=senior, rule_id=rule.pk, version=1, wording=WORDING)
    assert (verdict("a fox"), verdict("a hen")) == ("flag", "allow")
    with pytest.raises(RuleUntried):
        making.enable_rule(moderator=senior, rule_id=rule.pk, version=2)
    trials.begin_trial(moderator=senior, rule_id=rule.pk, version=2)
    making.enable_rule(moderator=senior, rule_id=rule.pk, version=2)
    assert (verdict("a fox"), verdict("a hen")) == ("allow", "block")
    assert [one.pattern for one in rule.versions.order_by("number")] == ["fox", "hen"]
    [match] = judge("a hen", PROMPT).as_rows
    assert (match["rule"], match["version"], match["action"]) == (str(rule.pk), 2, "block")


def test_the_same_wording_is_no_new_version_and_an_old_page_changes_nothing(cast, senior):
    rule = make_rule(cast)
    same = making.wording_of(rule.versions.get())
    assert (
        making.change_rule(moderator=senior, rule_id=rule.pk, version=1, wording=same).version == 1
    )
    making.change_rule(moderator=senior, rule_id=rule.pk, version=1, wording=WORDING)
    with pytest.raises(RuleChanged) as refusal:
        making.change_rule(moderator=senior, rule_id=rule.pk, version=1, wording=same)
    assert refusal.value.extra == {"version": 2}
    with pytest.raises(RuleChanged):
        trials.begin_trial(moderator=senior, rule_id=rule.pk, version=1)


def test_the_gravest_rule_decides_and_all_that_match_are_named(cast):
    make_rule(cast, is_enabled=True)
    make_rule(cast, is_enabled=True, pattern="f0x in the sn0w", kind="leet", action="filter")
    make_rule(cast, is_enabled=True, pattern="wolf", action="block")
    judged = judge("A fox in the snow", PROMPT)
    assert judged.verdict == "filter"
    assert judged.decisive is not None
    assert judged.decisive.kind == "leet"
    assert {one["action"] for one in judged.as_rows} == {"flag", "filter"}


def test_rules_are_read_once_and_then_one_small_statement_asks_whether_they_changed(cast):
    make_rule(cast, is_enabled=True)
    judge("a fox", PROMPT)
    page = BOOK.pages[PROMPT]
    with CaptureQueriesContext(connection) as captured:
        assert verdict("a fox") == "flag"
    assert len(captured) == 1
    assert BOOK.pages[PROMPT] is page


@pytest.mark.parametrize("name", ["moderator", "owner"])
def test_only_senior_moderators_change_anything(cast, name):
    rule, somebody = make_rule(cast), cast.user(name)
    for deed in (
        lambda: making.make_rule(moderator=somebody, name="Mine", wording=WORDING),
        lambda: making.change_rule(moderator=somebody, rule_id=rule.pk, version=1, wording=WORDING),
        lambda: making.enable_rule(moderator=somebody, rule_id=rule.pk, version=1),
        lambda: making.disable_rule(moderator=somebody, rule_id=rule.pk),
        lambda: trials.begin_trial(moderator=somebody, rule_id=rule.pk, version=1),
        lambda: trials.examples_of(moderator=somebody, rule_id=rule.pk),
    ):
        with pytest.raises(RankTooLow):
            deed()
    assert (Rule.objects.count(), RuleVersion.objects.count(), Trial.objects.count()) == (1, 1, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "x"},
        {"field": "x"},
        {"action": "allow"},
        {"reason": ""},
        {"message": "Only where it blocks", "action": "flag"},
        {"message": "x" * 301},
        {"pattern": "(a", "kind": "regex"},
        {"pattern": " "},
    ],
)
def test_what_is_no_rule_is_refused_and_changes_nothing(cast, senior, wrong):
    with pytest.raises(RuleInvalid):
        make_rule(cast, **wrong)
    for name in ("", "x" * 61, "a\0"):
        with pytest.raises(RuleInvalid):
            make_rule(cast, name=name)
    assert not Rule.objects.exists()
    with pytest.raises(NoSuchRule):
        making.disable_rule(moderator=senior, rule_id=first_key(senior.joined_at))


def test_a_name_is_taken_once(cast):
    make_rule(cast, name="Foxes")
    with pytest.raises(RuleInvalid, match="name"):
        make_rule(cast, name=" Foxes ")


def test_a_trial_counts_what_would_match_by_whom_and_what_was_thought_then(cast, senior, written):
    written(*["a fox"] * 3, *["a hen"] * 20)
    written("A FOX", name=Role.OWNER, verdict="flag")
    written("fox", field="title")
    [old] = written("an old fox")
    Screening.objects.filter(pk=old.pk).update(id=first_key(old.at - timedelta(days=8)))
    rule = make_rule(cast)
    trial = trials.begin_trial(moderator=senior, rule_id=rule.pk, version=1)
    assert (trial.seen, trial.matched, len(trial.people)) == (24, 4, 2)
    assert trial.by_verdict == [("let through", 3), ("flagged", 1)]
    assert not trial.is_broad
    assert Screening.objects.count() == 26


def test_what_matches_a_fifth_of_all_is_enabled_by_a_second_word(cast, senior, written):
    written(*["a fox"] * 2, *["a hen"] * 7)
    rule = make_rule(cast, is_tried=True)
    with pytest.raises(RuleTooBroad) as refusal:
        making.enable_rule(moderator=senior, rule_id=rule.pk, version=1)
    assert refusal.value.extra == {"matched": 2, "seen": 9}
    written("a hen")
    trials.begin_trial(moderator=senior, rule_id=rule.pk, version=1)
    making.enable_rule(moderator=senior, rule_id=rule.pk, version=1)
    assert verdict("a fox") == "flag"


def test_a_trial_counts_for_a_day(cast, senior):
    rule = make_rule(cast, is_tried=True)
    later(Trial, Trial.objects.get().pk, ended_at=timedelta(days=-1, seconds=-1))
    with pytest.raises(RuleUntried):
        making.enable_rule(moderator=senior, rule_id=rule.pk, version=1)


def test_a_long_trial_is_gone_on_with_by_a_job_slice_by_slice(cast, senior, written, monkeypatch):
    jobs = []
    monkeypatch.setattr(trials, "enqueue", lambda name, **named: jobs.append((name, named)))
    monkeypatch.setattr(trials, "SLICE", 2)
    monkeypatch.setattr(trials, "AT_ONCE", 0)
    written(*["a fox", "a hen"] * 4)
    rule = make_rule(cast)
    trial = trials.begin_trial(moderator=senior, rule_id=rule.pk, version=1)
    assert (trial.ended_at, trial.seen, trial.total) == (None, 2, 8)
    assert jobs == [("moderation.try_rule", {"trial_id": str(trial.pk)})]
    enqueue(jobs[0][0], **jobs[0][1])  # there is such a task
    trials.read_slice(trial.pk)  # and then its worker was killed
    ended = trials.go_on(trial_id=trial.pk)
    assert (ended.seen, ended.matched) == (8, 4)
    assert trials.go_on(trial_id=trial.pk).seen == 8


def test_a_trial_reads_no_more_than_the_newest_texts(cast, senior, written, monkeypatch):
    monkeypatch.setattr(trials, "MOST", 3)
    written("a fox", "a fox", "a hen", "a hen", "a hen")
    trial = trials.begin_trial(moderator=senior, rule_id=make_rule(cast).pk, version=1)
    assert (trial.seen, trial.matched, trial.total, trial.is_cut) == (3, 0, 3, True)


def test_looking_at_examples_leaves_a_line(cast, senior, written):
    made = written(*[f"fox {number}" for number in range(25)])
    rule = make_rule(cast, is_tried=True)
    found = trials.examples_of(moderator=senior, rule_id=rule.pk)
    assert [one.text for one in found] == [one.text for one in reversed(made)][:20]
    [line] = lines("viewed")
    assert (line.actor, line.data["rule"]) == (senior, str(rule.pk))
    assert line.data["screenings"] == ",".join(str(one.pk) for one in found)
    with pytest.raises(RuleUntried):
        trials.examples_of(moderator=senior, rule_id=make_rule(cast).pk)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE moderation_ruleversion SET pattern = 'x'",
        "DELETE FROM moderation_ruleversion",
        "TRUNCATE moderation_ruleversion CASCADE",
    ],
)
def test_what_a_rule_said_is_never_changed(cast, statement):
    make_rule(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            cursor.execute(statement)


def test_a_pattern_that_a_newer_engine_refuses_stops_nobody(cast, monkeypatch, caplog):
    make_rule(cast, is_enabled=True)
    BOOK.stamp = None

    def refuse(_patterns):
        raise PatternInvalid

    with monkeypatch.context() as patch:
        patch.setattr("imagestudio.moderation.services.rules.book.Matcher", refuse)
        assert verdict("a fox") == "allow"
    assert "cannot be looked for any more" in caplog.text
    BOOK.stamp = None
    assert verdict("a fox") == "flag"
