"""Updates that are not posted: drafts, corrections, wording that is read before it is published."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from actionplans import operations
from actionplans.models import Action, ProgressUpdate, Status, UpdateDraft
from actionplans.operations import Actor, DraftIsSent, PostedAlready, ReasonOwed, Refusal, WordingUnread
from actionplans.operations.updates import last_seq
from tests.actionplans.pages import CHI, error_of, fresh, text
from tests.core.test_uploads import GOOD

SAID = {"status": "in_progress", "percent": 60, "wording": "Six in ten are trained.", "barrier": "Two tutors are ill."}
JSON = {"Accept": "application/json"}


@pytest.fixture
def owner(cast, client):
    client.force_login(cast.owner)
    return client


@pytest.fixture
def reviewed(cast):
    """The plan with its setting that the wording is read first."""
    plan = cast.ours.plan
    plan.reviews_wording = True
    plan.save(update_fields=["reviews_wording"])
    cast.ours.late.refresh_from_db()
    return plan


def typed(action: Action, **given) -> dict[str, object]:
    return SAID | {"seen": last_seq(action)} | given


def keep(client, action: Action, **given):
    return client.post(action.get_update_url(), typed(action, **given) | {"draft": "Save draft"}, headers=JSON)


def draft(action: Action) -> UpdateDraft:
    return UpdateDraft.objects.get(action=action)


def send(cast, **given) -> UpdateDraft:
    said = SAID | {"seen": None} | given
    return operations.send_draft(action=cast.ours.late, said=said, by=Actor(cast.owner), now=cast.moment(-2))


def publish(cast, waiting: UpdateDraft, wording: str) -> ProgressUpdate:
    speaks = Actor(waiting.user, cast.ours.post)
    by = Actor(cast.coordinator)
    return operations.publish_draft(draft=waiting, wording=wording, by=by, now=cast.moment(), speaks=speaks)


def updates(action: Action) -> list[str]:
    found = ProgressUpdate.objects.filter(action=action).order_by("-seq")
    return list(found.values_list("wording", flat=True))


# --- while somebody types ---


def test_a_draft_is_there_when_the_form_is_opened_again_and_says_that_it_is_one(cast, owner):
    action = cast.ours.late
    kept = keep(owner, action, wording="Half a sentence", percent="")
    page = text(owner.get(action.get_update_url()))

    assert kept.json()["saved"].startswith("Draft saved at ")
    assert "Half a sentence" in page
    assert "This is your draft" in page
    assert "It is not posted." in page
    assert "not posted" in text(owner.get(reverse("actionplans:my-actions")))


def test_a_draft_clears_nothing_and_is_in_no_history(cast, owner):
    action = cast.ours.late
    before = (fresh(action).last_update_on, last_seq(action))
    keep(owner, action, wording="Half a sentence")

    assert (fresh(action).last_update_on, last_seq(action)) == before
    assert list(Action.objects.progress_overdue(cast.today)) == list(Action.objects.progress_overdue(cast.today))


def test_a_box_that_was_unticked_stays_so_in_the_draft(cast, owner):
    action = cast.ours.late
    Action.objects.filter(pk=action.pk).update(at_risk=True)
    keep(owner, action)
    form = owner.get(action.get_update_url()).context["form"]

    assert form["at_risk"].value() is False


def test_a_draft_is_its_writers_alone(cast, owner, client):
    keep(owner, cast.ours.late, wording="Half a sentence")
    client.force_login(cast.coordinator)

    assert "Half a sentence" not in text(client.get(cast.ours.late.get_update_url()))
    assert "Half a sentence" not in text(client.get(cast.ours.late.get_absolute_url()))


def test_without_scripts_a_button_saves_it(cast, owner):
    action = cast.ours.late
    answer = owner.post(action.get_update_url(), typed(action, wording="Kept by a button") | {"draft": "Save draft"})

    assert answer.url == action.get_update_url()
    assert draft(action).fields["wording"] == "Kept by a button"


def test_what_looks_personal_is_not_kept_even_as_a_draft(cast, owner):
    action = cast.ours.late
    problem = keep(owner, action, wording=f"The child {CHI}")
    page = owner.post(action.get_update_url(), typed(action, wording=f"The child {CHI}", percent="") | {"draft": "x"})

    assert problem.status_code == 422
    assert "CHI number" in problem.json()["problem"]
    assert error_of(page, "wording")
    assert not error_of(page, "percent")
    assert not UpdateDraft.objects.exists()


def test_what_looks_personal_is_found_in_a_text_that_is_too_long_as_well(cast, owner):
    answer = keep(owner, cast.ours.late, wording=f"{'long ' * 500} {CHI}")

    assert "CHI number" in answer.json()["problem"]


def test_posting_takes_the_draft_away(cast, owner):
    action = cast.ours.late
    keep(owner, action)
    owner.post(action.get_update_url(), typed(action))

    assert updates(action)[0] == SAID["wording"]
    assert not UpdateDraft.objects.exists()


def test_a_late_save_of_what_is_posted_makes_no_draft(cast, owner):
    action = cast.ours.late
    form = typed(action)
    owner.post(action.get_update_url(), form)
    late = owner.post(action.get_update_url(), form | {"draft": "yes"}, headers=JSON)

    assert late.status_code == 422
    assert "You have posted this update" in late.json()["problem"]
    assert not UpdateDraft.objects.exists()
    with pytest.raises(PostedAlready):
        operations.save_draft(action=action, fields=form, by=Actor(cast.owner), now=cast.moment())


def test_a_draft_can_be_discarded(cast, owner):
    action = cast.ours.late
    keep(owner, action)
    owner.post(action.get_update_url(), {"discard": "yes"})

    assert not UpdateDraft.objects.exists()


def test_a_draft_has_an_end(cast):
    with pytest.raises(Refusal, match="50,000 characters"):
        operations.save_draft(
            action=cast.ours.late, fields={"wording": "x" * 50_001}, by=Actor(cast.owner), now=cast.moment()
        )


# --- twice, back, and at the same time ---


def test_a_double_click_posts_once(cast, owner):
    action = cast.ours.late
    form, count = typed(action), len(updates(action))
    answers = [owner.post(action.get_update_url(), form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert len(updates(action)) == count + 1


def test_going_back_and_posting_other_words_posts_those(cast, owner):
    action = cast.ours.late
    form = typed(action)
    owner.post(action.get_update_url(), form)
    owner.post(action.get_update_url(), form | {"wording": "And two more."})

    assert updates(action)[:2] == ["And two more.", SAID["wording"]]


@pytest.mark.parametrize(
    "more", [{"at_risk": "on"}, {"barrier": "Two posts are vacant"}, {"working_note": "Call them"}]
)
def test_going_back_and_ticking_more_under_the_same_words_posts_it(cast, owner, more):
    action = cast.ours.late
    form, count = typed(action), len(updates(action))
    owner.post(action.get_update_url(), form)
    owner.post(action.get_update_url(), form | more)

    assert len(updates(action)) == count + 2
    action.refresh_from_db()
    assert action.at_risk == ("at_risk" in more or bool(form.get("at_risk")))


def test_an_update_that_is_refused_says_that_its_file_has_to_be_chosen_again(cast, owner):
    action, file = cast.ours.late, SimpleUploadedFile("Register.docx", GOOD["docx"])
    refused = owner.post(action.get_update_url(), typed(action, barrier="", evidence_file=file))
    assert error_of(refused, "evidence_file") == ["Choose the file again. What you typed is kept, but the file is not."]
    assert error_of(refused, "barrier")

    without = owner.post(action.get_update_url(), typed(action, barrier=""))
    assert "evidence_file" not in without.context["form"].errors


def test_the_second_of_two_sees_what_the_first_said_and_keeps_the_own_text(cast, owner):
    action = cast.ours.late
    form = typed(action)
    operations.post_update(
        action=action, by=Actor(cast.coordinator), now=cast.moment(), **SAID | {"wording": "The first said this."}
    )
    refused = owner.post(action.get_update_url(), form)

    assert refused.status_code == 422
    assert "Coordinator recorded “progress update”" in text(refused)
    assert "New on this action since you began" in text(refused)
    assert "The first said this." in text(refused)
    assert refused.context["form"]["wording"].value() == SAID["wording"]
    again = owner.post(action.get_update_url(), form | {"seen": refused.context["form"]["seen"].value()})
    assert again.status_code == 302
    assert updates(action)[:2] == [SAID["wording"], "The first said this."]


def test_who_comes_back_to_a_draft_sees_what_is_new(cast, owner):
    action = cast.ours.late
    keep(owner, action)
    operations.post_update(
        action=action, by=Actor(cast.coordinator), now=cast.moment(), **SAID | {"wording": "Said meanwhile."}
    )
    page = owner.get(action.get_update_url())

    assert "Said meanwhile." in text(page)
    assert "New on this action since you began" in text(page)
    assert page.context["form"]["seen"].value() == last_seq(action)


# --- corrections ---


def test_a_correction_names_what_it_corrects_and_both_stay(cast, owner):
    action = cast.ours.late
    wrong = operations.post_update(action=action, by=Actor(cast.owner), now=cast.moment(-1), **SAID)
    assert f"?corrects={wrong.pk}" in text(owner.get(action.get_absolute_url()))
    page = owner.get(f"{action.get_update_url()}?corrects={wrong.pk}")
    assert page.context["form"]["wording"].value() == SAID["wording"]
    owner.post(action.get_update_url(), typed(action, corrects=wrong.pk, wording="Five in ten are trained."))

    right = ProgressUpdate.objects.get(corrects=wrong)
    history = text(owner.get(action.get_absolute_url()))
    assert right.wording == "Five in ten are trained."
    assert SAID["wording"] in history
    assert "Corrected by the update after it." in history
    assert "Correction: In progress, 60%" in history
    assert "This corrects the update before it." in history


def test_only_the_last_update_is_corrected(cast):
    action, said = cast.ours.late, {"by": Actor(cast.owner), "now": cast.moment()}
    wrong = operations.post_update(action=action, **said, **SAID)
    operations.post_update(action=action, corrects=wrong, **said, **SAID | {"wording": "Five in ten."})

    with pytest.raises(Refusal, match="not the last one any more"):
        operations.post_update(action=action, corrects=wrong, **said, **SAID | {"wording": "Four in ten."})


def test_the_update_of_another_action_cannot_be_corrected_here(cast, owner):
    other = ProgressUpdate.objects.filter(action=cast.ours.completed).get()

    assert owner.get(f"{cast.ours.late.get_update_url()}?corrects={other.pk}").status_code == 404
    assert owner.get(f"{cast.ours.late.get_update_url()}?corrects=x").status_code == 404


# --- wording that is read first ---


@pytest.mark.usefixtures("reviewed")
def test_an_update_waits_until_its_wording_is_read(cast, owner):
    action, before = cast.ours.late, updates(cast.ours.late)
    assert "Send to be read" in text(owner.get(action.get_update_url()))
    owner.post(action.get_update_url(), typed(action))

    assert updates(action) == before
    assert draft(action).sent_at is not None
    assert "Your update waits to be read" in text(owner.get(action.get_update_url()))


@pytest.mark.usefixtures("reviewed")
def test_nobody_goes_round_it(cast):
    with pytest.raises(WordingUnread):
        operations.post_update(action=cast.ours.late, by=Actor(cast.owner), now=cast.moment(), **SAID)


@pytest.mark.usefixtures("reviewed")
def test_what_could_not_be_posted_cannot_be_sent_and_a_trial_leaves_nothing(cast):
    plan, entries = cast.ours.plan, cast.ours.late.entries.count()
    with pytest.raises(ReasonOwed):
        send(cast, barrier="")
    send(cast)

    assert cast.ours.late.entries.count() == entries
    plan.refresh_from_db()
    assert plan.history_count == plan.entries.count()


@pytest.mark.usefixtures("reviewed")
def test_the_reader_publishes_it_in_the_writers_name_and_both_wordings_stay(cast, client):
    waiting = send(cast)
    client.force_login(cast.coordinator)
    assert str(cast.ours.late.ref) in text(client.get(reverse("actionplans:review-queue")))
    for address in ("actionplans:plans", "actionplans:my-actions"):
        assert ">1 update</a> waits for its wording to be read." in text(client.get(reverse(address)))
    url = reverse("actionplans:update-review", args=[cast.ours.plan.slug, cast.ours.late.ref, waiting.pk])
    assert SAID["wording"] in text(client.get(url))
    client.post(url, {"outcome": "publish", "wording": "Six in ten staff are trained."})

    update = ProgressUpdate.objects.filter(action=cast.ours.late).latest("seq")
    assert (update.wording, update.wording_sent) == ("Six in ten staff are trained.", SAID["wording"])
    assert (update.by, update.by_post, update.reviewed_by) == (cast.owner, "Head of ours", "Coordinator")
    assert update.happened_on == cast.day(-2), "it was true on the day on which it was sent"
    assert fresh(cast.ours.late).status == Status.IN_PROGRESS
    assert not UpdateDraft.objects.exists()


@pytest.mark.usefixtures("reviewed")
def test_the_wording_as_it_was_sent_is_for_the_partnership_only(cast, client):
    publish(cast, send(cast, wording="Blunt words."), "Kind words.")
    pages = {}
    for person in (cast.owner, cast.member, cast.inspector):
        client.force_login(person)
        pages[person] = text(client.get(cast.ours.late.get_absolute_url()))

    assert all("Kind words." in page for page in pages.values())
    assert [person for person, page in pages.items() if "Blunt words." in page] == [cast.owner]


@pytest.mark.usefixtures("reviewed")
def test_a_wording_that_was_not_changed_is_kept_once(cast):
    assert publish(cast, send(cast), SAID["wording"]).wording_sent == ""


@pytest.mark.usefixtures("reviewed")
def test_a_returned_update_is_a_draft_again_with_the_remark(cast, client):
    waiting = send(cast)
    url = reverse("actionplans:update-review", args=[cast.ours.plan.slug, cast.ours.late.ref, waiting.pk])
    client.force_login(cast.coordinator)
    refused = client.post(url, {"outcome": "return", "wording": SAID["wording"]})
    assert error_of(refused, "remark") == ["Enter what should be changed."]
    client.post(url, {"outcome": "return", "wording": SAID["wording"], "remark": "Say how many."})
    client.force_login(cast.owner)
    page = text(client.get(cast.ours.late.get_update_url()))

    assert "Coordinator returned this update:" in page
    assert "Say how many." in page
    assert SAID["wording"] in page
    assert "Say how many." in text(client.get(reverse("actionplans:my-actions")))


@pytest.mark.usefixtures("reviewed")
def test_it_is_taken_back_before_it_is_changed(cast, owner):
    action = cast.ours.late
    send(cast)
    with pytest.raises(DraftIsSent):
        operations.save_draft(action=action, fields=dict(SAID), by=Actor(cast.owner), now=cast.moment())
    owner.post(action.get_update_url(), {"take_back": "yes"})

    assert draft(action).sent_at is None
    assert SAID["wording"] in text(owner.get(action.get_update_url()))


@pytest.mark.usefixtures("reviewed")
def test_what_was_read_already_is_not_read_again(cast, client):
    waiting = send(cast)
    publish(cast, waiting, SAID["wording"])
    url = reverse("actionplans:update-review", args=[cast.ours.plan.slug, cast.ours.late.ref, waiting.pk])
    client.force_login(cast.coordinator)

    assert "does not wait to be read any more" in text(client.get(url))
    with pytest.raises(Refusal, match="does not wait"):
        publish(cast, waiting, "Again.")


@pytest.mark.usefixtures("reviewed")
def test_those_who_read_the_wording_of_others_publish_their_own(cast, client):
    action = cast.ours.late
    client.force_login(cast.coordinator)
    client.post(action.get_update_url(), typed(action))

    update = ProgressUpdate.objects.filter(action=action).latest("seq")
    assert (update.wording, update.by, update.reviewed_by) == (SAID["wording"], cast.coordinator, "Coordinator")
    assert update.by_post == "", "who does not answer for the post does not speak for it"


@pytest.mark.usefixtures("reviewed")
def test_evidence_of_an_update_that_waits_is_held_at_once(cast, owner):
    action = cast.ours.late
    owner.post(action.get_update_url(), typed(action, evidence_link="https://example.org/register"))

    assert action.entries.filter(kind="evidence", evidence__link="https://example.org/register").count() == 1
    assert draft(action).sent_at is not None
