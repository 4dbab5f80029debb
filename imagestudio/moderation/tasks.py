"""Jobs of moderation."""

import json
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.retry import RetryStrategy

from imagestudio.jobs import queue_of
from imagestudio.moderation.mail import mail_answers as write_answers
from imagestudio.moderation.mail import mail_look as write_to_owner
from imagestudio.moderation.mail import mail_notice as write_letter
from imagestudio.moderation.mail import mail_request as acknowledge
from imagestudio.moderation.services import (
    banning,
    deciding,
    filtering,
    notices,
    publishing,
    weighing,
)
from imagestudio.moderation.services.bulk import trying, working
from imagestudio.moderation.services.classifying import pictures
from imagestudio.moderation.services.legal.requests import forget_requests
from imagestudio.moderation.services.looks import beginning as looks
from imagestudio.moderation.services.looks import telling
from imagestudio.moderation.services.rules import trials
from imagestudio.moderation.services.screening import forget_screenings
from imagestudio.moderation.services.signals import forget_signals
from imagestudio.moderation.services.strikes import simulating

AGAIN = RetryStrategy(max_attempts=5, exponential_wait=4)  # each row is done once, whatever fails


@app.task(name="moderation.tell", queue=queue_of("moderation.tell"), retry=AGAIN)
def tell() -> None:
    """Show people what was decided about their things, once it is final."""
    notices.send_due()


@app.task(name="moderation.mail_notice", queue=queue_of("moderation.mail_notice"), retry=AGAIN)
def mail_notice(*, notice_id: str) -> None:
    """Send the letter of a notice."""
    write_letter(notice_id=UUID(notice_id))


@app.task(name="moderation.tell_looks", queue=queue_of("moderation.tell_looks"), retry=AGAIN)
def tell_looks() -> None:
    """Let owners know of looks into their libraries."""
    telling.tell_looks()


@app.task(name="moderation.mail_look", queue=queue_of("moderation.mail_look"), retry=AGAIN)
def mail_look(*, notice_id: str) -> None:
    """Send the letter about a look to one owner."""
    write_to_owner(notice_id=UUID(notice_id))


@app.task(name="moderation.mail_answers", queue=queue_of("moderation.mail_answers"), retry=AGAIN)
def mail_answers(*, case_id: str) -> None:
    """Tell strangers what came of what they reported."""
    write_answers(case_id=UUID(case_id))


@app.task(name="moderation.mail_request", queue=queue_of("moderation.mail_request"), retry=AGAIN)
def mail_request(*, request_id: str) -> None:
    """Acknowledge a request to remove something."""
    acknowledge(request_id=UUID(request_id))


@app.task(name="moderation.sweep", queue=queue_of("moderation.sweep"), retry=AGAIN)
def sweep(*, sweep_id: str) -> None:
    """Go on with looking for a ban in the whole store."""
    banning.go_on(sweep_id=UUID(sweep_id))


@app.task(name="moderation.let_go", queue=queue_of("moderation.let_go"), retry=AGAIN)
def let_go(*, ban_id: str) -> None:
    """Show what only waited because of a ban that was lifted."""
    banning.let_go(ban_id=UUID(ban_id))


@app.task(name="moderation.follow", queue=queue_of("moderation.follow"), retry=AGAIN)
def follow(*, image_id: str) -> None:
    """Let other pictures of the same file be decided as one was."""
    banning.follow(image_id=UUID(image_id))


@app.task(name="moderation.note_banned", queue=queue_of("moderation.note_banned"), retry=AGAIN)
def note_banned(*, data: str, **_event: str) -> None:
    """Decide about a picture that entered a library hidden, because of its bytes or its look."""
    banning.note_held(image_id=UUID(json.loads(data)["image"]))


@app.task(name="moderation.note_filtered", queue=queue_of("moderation.note_filtered"), retry=AGAIN)
def note_filtered(*, data: str, **_event: str) -> None:
    """Decide about a picture that entered a library hidden from others, because of its words."""
    named = json.loads(data)
    filtering.note_filtered(image_id=UUID(named["image"]), screening_id=UUID(named["screening"]))


@app.task(name="moderation.classify", queue=queue_of("moderation.classify"), retry=AGAIN)
def classify(*, image_id: str) -> None:
    """Ask the classifier about a picture."""
    pictures.classify_picture(image_id=UUID(image_id))


@app.task(name="moderation.try_rule", queue=queue_of("moderation.try_rule"), retry=AGAIN)
def try_rule(*, trial_id: str) -> None:
    """Go on with the trial of a rule until it has ended."""
    trials.go_on(trial_id=UUID(trial_id))


@app.task(name="moderation.ban_together", queue=queue_of("moderation.ban_together"), retry=AGAIN)
def ban_together(*, deed_id: str) -> None:
    """Ban what a bulk deed has hidden, where its reason says so."""
    banning.ban_together(deed_id=UUID(deed_id))


@app.task(
    name="moderation.decide_together", queue=queue_of("moderation.decide_together"), retry=AGAIN
)
def decide_together(*, deed_id: str) -> None:
    """Go on with a bulk deed, or with taking it back."""
    working.work_off(deed_id=UUID(deed_id))


@app.task(name="moderation.weigh_strikes", queue=queue_of("moderation.weigh_strikes"), retry=AGAIN)
def weigh_strikes(*, user_id: str) -> None:
    """Look at what a person's points lead to, once they were told of what has changed them."""
    weighing.weigh(user_id=UUID(user_id))


@app.task(name="moderation.simulate", queue=queue_of("moderation.simulate"), retry=AGAIN)
def simulate(*, simulation_id: str) -> None:
    """Go on with the simulation of a plan of strikes until it has ended."""
    simulating.go_on(simulation_id=UUID(simulation_id))


@app.periodic(cron="* * * * *")
@app.task(
    name="moderation.upkeep",
    queue=queue_of("moderation.upkeep"),
    queueing_lock="moderation.upkeep",
)
def upkeep(timestamp: int) -> None:
    """End what was decided for a time, and do what a lost job has left undone, every minute."""
    _ = timestamp
    notices.send_due()
    deciding.end_over()
    publishing.drop_unasked()
    working.take_up()
    banning.go_on_with_sweeps()
    looks.end_lapsed()
    looks.end_unfit()
    telling.tell_looks()


@app.periodic(cron="47 * * * *")
@app.task(
    name="moderation.forget", queue=queue_of("moderation.forget"), queueing_lock="moderation.forget"
)
def forget(timestamp: int) -> None:
    """Remove what is no longer kept, and try lost letters again, every hour."""
    _ = timestamp
    forget_screenings()
    forget_signals()
    trying.forget_drafts()
    forget_requests()
    pictures.forget_classifications()
    pictures.classify_again()
    notices.mail_again()
    telling.mail_looks_again()
