"""The pages of questions: an inspector asks, the co-ordinator answers, and others read nothing of it."""

import pytest
from django.urls import reverse

from actionplans.models import Entry, Question
from core.models import AuditEntry
from tests.actionplans.pages import CHI, error_of, text, url

TEXT = "Which teams were trained first?"
ANSWER = "The duty teams, in March."
QUESTIONS = "/questions/"


@pytest.fixture
def may_ask(cast):
    cast.inspector.grants.update(may_ask=True)


@pytest.fixture
def asked(as_, cast, may_ask) -> Question:
    response = as_("inspector").post(url("question-new", cast.ours.late), {"text": TEXT})
    assert (response.status_code, response["Location"]) == (302, f"{cast.ours.late.get_absolute_url()}#questions")
    return Question.objects.get()


def answer_url(question) -> str:
    return reverse("actionplans:question-answer", args=["ours-plan", question.action.ref, question.pk])


def test_from_the_question_to_its_answer(as_, cast, asked):
    page = text(as_("inspector").get(asked.action.get_absolute_url()))
    assert TEXT in page
    assert "Not answered yet" in page
    assert answer_url(asked) not in page
    for address in ("/plans/", "/my-actions/"):
        assert "1 question of inspectors</a> waits for an answer" in text(as_("coordinator").get(address))
    assert answer_url(asked) in text(as_("coordinator").get(QUESTIONS))

    form = as_("coordinator").get(answer_url(asked))
    assert TEXT in text(form)
    response = as_("coordinator").post(
        answer_url(asked), {"text": ANSWER, "seen": form.context["form"]["seen"].value()}
    )
    assert (response.status_code, response["Location"]) == (302, QUESTIONS)
    assert "waits for an answer" not in text(as_("coordinator").get("/plans/"))
    for address in (asked.action.get_absolute_url(), QUESTIONS, "/plans/ours-plan/history/"):
        page = text(as_("inspector").get(address))
        assert TEXT in page
        assert ANSWER in page
    assert f"Answer to the question of row {asked.seq}" in page


def test_nobody_else_finds_a_word_of_it(as_, cast, asked):
    as_("coordinator").post(answer_url(asked), {"text": ANSWER})
    places = (asked.action.get_absolute_url(), "/plans/ours-plan/history/", QUESTIONS, "/plans/ours-plan/changes/")
    for person in ("member", "outsider"):
        client = as_(person)
        for address in (*places, "/plans/ours-plan/history/?kind=question"):
            page = text(client.get(address))
            assert TEXT not in page, address
            assert ANSWER not in page, address
            assert "Question of an inspector" not in page, address


def test_who_may_not_ask_has_no_link_and_no_form(as_, cast):
    for person in ("inspector", "coordinator", "member"):
        client = as_(person)
        assert "Ask a question" not in text(client.get(cast.ours.late.get_absolute_url()))
        assert client.get(url("question-new", cast.ours.late)).status_code == 403
    assert as_("outsider").get(url("question-new", cast.ours.late)).status_code == 404


def test_only_the_coordinator_answers(as_, asked):
    for person, status in (("inspector", 403), ("owner", 403), ("member", 403), ("outsider", 404)):
        client = as_(person)
        assert client.get(answer_url(asked)).status_code == status
        assert client.post(answer_url(asked), {"text": ANSWER}).status_code == status
    elsewhere = reverse("actionplans:question-answer", args=["ours-plan", "A2", asked.pk])
    assert as_("coordinator").get(elsewhere).status_code == 404
    assert not asked.answers.exists()


def test_what_looks_like_a_child_is_stopped_and_passed_only_with_a_reason(as_, cast, may_ask):
    ask = url("question-new", cast.ours.late)
    response = as_("inspector").post(ask, {"text": f"What became of {CHI}?"})
    assert response.status_code == 422
    assert "looks like a CHI number" in error_of(response, "text")[0]
    assert error_of(as_("inspector").post(ask, {"text": " "}), "text") == ["Enter your question."]
    assert not Question.objects.exists()

    response = as_("inspector").post(ask, {"text": f"What became of {CHI}?", "not_personal": "A number of a form"})
    assert response.status_code == 302
    (entry,) = AuditEntry.objects.filter(what="passed the personal data check")
    assert entry.details == {"reason": "A number of a form", "kinds": ["a CHI number"]}


def test_a_question_typed_before_the_session_ended_is_kept(as_, cast, client, may_ask):
    ask = url("question-new", cast.ours.late)
    client.post(ask, {"text": TEXT})
    page = text(as_("inspector").get(ask))

    assert TEXT in page
    assert "Your session had ended" in page
    assert not Entry.objects.filter(kind="question").exists()
