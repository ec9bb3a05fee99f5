"""Questions of inspectors: who may ask and answer, who reads them, and that they touch nothing about the action."""

import pytest

from actionplans import operations
from actionplans.asat import standings
from actionplans.integrity import check_history
from actionplans.models import Action, Answer, Entry, Plan, Question
from actionplans.operations import Actor, QuestionsAreOff, Refusal
from actionplans.reminders.summaries import summary_of
from actionplans.timeline import readable
from core.refusal import UpdatedMeanwhile
from inspections import operations as inspecting
from partnerships.models import User

TEXT = "Which teams were trained first?"
ANSWER = "The duty teams, in March."


@pytest.fixture
def ask(cast):
    cast.inspector.grants.update(may_ask=True)

    def asked(text=TEXT, **more) -> Question:
        said = {"action": cast.ours.late, "inspection": cast.ours.inspection, "by": Actor(cast.inspector)}
        return operations.ask_question(text=text, now=cast.moment(), **said | more)

    return asked


@pytest.fixture
def answer(cast):
    def answered(question, text=ANSWER, **more) -> Answer:
        by = Actor(cast.coordinator)
        return operations.answer_question(question=question, text=text, by=by, now=cast.moment(), **more)

    return answered


def state_of(cast, action) -> tuple:
    (stood,) = standings(Action.objects.filter(pk=action.pk), cast.today)
    fresh = stood.action
    return (fresh.status, fresh.percent, fresh.last_update_on, stood.rag, stood.update, stood.overdue_round)


def test_question_and_answer_are_rows_of_the_history_and_leave_the_action_as_it_is(cast, ask, answer):
    before = state_of(cast, cast.ours.late)
    question = ask()
    said = answer(question)

    plan = Plan.objects.get(pk=cast.ours.plan.pk)
    assert [question.seq, said.seq] == [plan.history_count - 1, plan.history_count]
    assert (question.by_name, said.by_name, said.of) == ("Inspector", "Coordinator", question)
    assert check_history(plan).fault == ""
    assert state_of(cast, cast.ours.late) == before


def test_a_question_stands_in_nobodys_way(cast, ask):
    """The owner had the form of an update open meanwhile."""
    seen = cast.ours.late.entries.order_by("-seq").first().seq
    ask()
    said = {"status": "in_progress", "percent": 60, "wording": "More are trained.", "barrier": "Two are ill"}
    update = operations.post_update(action=cast.ours.late, by=Actor(cast.owner), now=cast.moment(), seen=seen, **said)

    assert update.percent == 60


def test_nobody_asks_unless_the_partnership_lets_them(cast, ask):
    cast.inspector.grants.update(may_ask=False)
    with pytest.raises(QuestionsAreOff):
        ask()
    cast.inspector.grants.update(may_ask=True)
    foreign = cast.theirs.inspection.grants.get().user
    for by in (foreign, cast.coordinator, cast.member):
        with pytest.raises(QuestionsAreOff):
            ask(by=Actor(by))
    with pytest.raises(QuestionsAreOff):
        ask(inspection=cast.ours.other.inspections.get())
    inspecting.end_access(grant=cast.inspector.grants.get(), by=cast.coordinator, now=cast.moment())
    with pytest.raises(QuestionsAreOff):
        ask()
    assert not Question.objects.exists()


def test_what_is_empty_too_long_or_asked_twice_is_refused(ask, answer):
    for text, said in ((" ", "Enter your question."), ("x" * 2001, "Shorten the text to 2000 characters.")):
        with pytest.raises(Refusal) as refused:
            ask(text)
        assert refused.value.message_dict == {"text": [said]}
    question = ask()
    with pytest.raises(Refusal, match="asked this already"):
        ask(f" {TEXT} ")
    with pytest.raises(Refusal, match="Enter the answer."):
        answer(question, "  ")
    answer(question)
    assert ask().seq > question.seq, "what was answered can be asked again"


def test_two_who_answer_at_once_read_each_other(cast, ask, answer):
    question = ask()
    answer(question, seen=0)
    with pytest.raises(UpdatedMeanwhile, match="Coordinator has answered since"):
        answer(question, "It was April.", seen=0)
    answer(question, "It was April.", seen=1)

    assert [each.text for each in question.answers.order_by("seq")] == [ANSWER, "It was April."]


def test_only_staff_and_the_inspectors_of_that_inspection_read_them(cast, ask, answer):
    """An inspector of another inspection that the same action answers reads the action, not the question."""
    second = cast.ours.other.inspections.get()
    cast.ours.late.recommendations.add(second.recommendations.get())
    colleague, other = (User.objects.create_user(f"{name}@scrutiny.example", name, "x") for name in ("same", "other"))
    span = {"starts_on": cast.day(-1), "ends_on": cast.day(1), "may_ask": True}
    inspecting.grant_inspection(user=colleague, inspection=cast.ours.inspection, **span)
    inspecting.grant_inspection(user=other, inspection=second, **span)
    cast.ours.plan.inspections.add(second)
    answer(ask())
    people = {role: cast.person(role) for role in cast.ROLES} | {"colleague": colleague, "other": other}
    rows = Entry.objects.filter(action=cast.ours.late)

    for role, person in people.items():
        read = readable(rows, person, cast.today, cast.today)
        found = [each.detail.text for each in read.order_by("seq") if each.kind in {"question", "answer"}]
        visible = [each.text for each in Question.objects.visible_to(person, cast.today)]
        is_reader = role not in {"member", "outsider", "other"}
        assert (found, visible) == (([TEXT, ANSWER], [TEXT]) if is_reader else ([], [])), role
        assert bool(read) == (role != "outsider"), f"{role} reads the action"


def test_the_weeks_summary_counts_what_waits_and_says_no_word_of_it(cast, ask, answer):
    first, _ = ask(), ask("And second?")
    assert summary_of(cast.coordinator, cast.today).questions == 2
    answer(first)
    assert summary_of(cast.coordinator, cast.today).questions == 1
    assert summary_of(cast.outsider, cast.today).questions == 0
