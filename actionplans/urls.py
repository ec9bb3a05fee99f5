"""The addresses of plans and of what they answer to (contract: they stay stable)."""

from django.urls import path, register_converter

from actionplans.papers import FORMATS
from actionplans.views import (
    actions,
    approval,
    building,
    calendars,
    completion,
    context,
    contributions,
    dates,
    drafting,
    evidence,
    groups,
    handovers,
    history,
    ladder,
    measures,
    papers,
    people,
    plans,
    posts,
    proof,
    reminders,
    rounds,
    runs,
    sittings,
    updates,
)


class Ending:
    """The ending of a file that papers are written as."""

    regex = "|".join(FORMATS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Ending, "ending")

app_name = "actionplans"
urlpatterns = [
    path("my-actions/", actions.my_actions, name="my-actions"),
    path("my-reminders/", reminders.my_reminders, name="my-reminders"),
    path("my-calendar/", calendars.my_calendar, name="my-calendar"),
    path("calendar/<str:token>.ics", calendars.calendar, name="calendar"),
    path("plans/", plans.plans, name="plans"),
    path("plans/actions.csv", plans.actions_csv, name="actions-csv"),
    path("plans/<slug:plan>/", plans.plan, name="plan"),
    path("plans/<slug:plan>/changes/", history.plan_changes, name="plan-changes"),
    path("plans/<slug:plan>/history/", history.plan_history, name="plan-history"),
    path("plans/<slug:plan>/actions/<str:ref>/", actions.action, name="action"),
    path("plans/<slug:plan>/actions/<str:ref>/updates/new/", updates.action_update, name="action-update"),
    path("plans/<slug:plan>/actions/<str:ref>/updates/<int:pk>/review/", updates.update_review, name="update-review"),
    path("plans/<slug:plan>/actions/<str:ref>/parts/new/", contributions.contribute, name="action-contribute"),
    path("plans/<slug:plan>/actions/<str:ref>/date/new/", dates.date_request, name="action-date"),
    path("plans/<slug:plan>/actions/<str:ref>/verify/", completion.verify, name="action-verify"),
    path("plans/<slug:plan>/actions/<str:ref>/reopen/", completion.reopen, name="action-reopen"),
    path("plans/<slug:plan>/actions/<str:ref>/drop/", completion.drop, name="action-drop"),
    path("plans/<slug:plan>/actions/<str:ref>/check/", completion.sustained_check, name="action-check"),
    path("plans/<slug:plan>/decisions/", dates.decisions, name="decisions"),
    path("review/", updates.review_queue, name="review-queue"),
    path("verify/", completion.verify_queue, name="verify-queue"),
    path("plans/<slug:plan>/actions/<str:ref>/evidence/new/", evidence.evidence_new, name="evidence-new"),
    path("plans/<slug:plan>/actions/<str:ref>/evidence/<int:pk>/", evidence.evidence_file, name="evidence"),
    path(
        "plans/<slug:plan>/actions/<str:ref>/evidence/<int:pk>/release/",
        evidence.evidence_release,
        name="evidence-release",
    ),
    path("plans/<slug:plan>/meetings/<int:pk>/", papers.meeting, name="meeting"),
    path("plans/<slug:plan>/meetings/<int:pk>/paper.<ending:ending>", papers.meeting_file, name="meeting-file"),
    path("plans/<slug:plan>/meetings/<int:pk>/issue/", papers.paper_issue, name="paper-issue"),
    path("plans/<slug:plan>/meetings/<int:pk>/chase/", rounds.round_chase, name="round-chase"),
    path("papers/", runs.papers, name="papers"),
    path("papers/new/", runs.run_new, name="paper-run-new"),
    path("papers/runs/<int:pk>/", runs.run, name="paper-run"),
    path("papers/runs/<int:pk>/file/", runs.run_file, name="paper-run-file"),
    path("papers/runs/<int:pk>/again/", runs.run_again, name="paper-run-again"),
    path("plans/<slug:plan>/groups/<slug:group>/drafts/", runs.drafts, name="paper-drafts"),
    path("papers/<int:pk>/", papers.paper, name="paper"),
    path("papers/<int:pk>/paper.<ending:ending>", papers.paper_file, name="paper-file"),
    path("plans/<slug:plan>/settings/", drafting.plan_settings, name="plan-settings"),
    path("plans/<slug:plan>/reminders/", proof.plan_proof, name="plan-proof"),
    path("plans/<slug:plan>/reminders.csv", proof.plan_proof_csv, name="plan-proof-csv"),
    path("plans/<slug:plan>/reminders/rules/", reminders.plan_rules, name="plan-rules"),
    path("plans/<slug:plan>/measures/new/", measures.measure_new, name="measure-new"),
    path("plans/<slug:plan>/measures/<int:pk>/", measures.measure, name="measure"),
    path("plans/<slug:plan>/measures/<int:pk>/readings/new/", measures.reading_new, name="reading-new"),
    path("plans/<slug:plan>/measures/<int:pk>/comparators/new/", measures.comparator_new, name="comparator-new"),
    path("plans/<slug:plan>/build/", building.plan_build, name="plan-build"),
    path("plans/<slug:plan>/build/change/", building.build_change, name="build-change"),
    path("plans/<slug:plan>/build/submit/", building.build_submit, name="build-submit"),
    path("plans/<slug:plan>/build/recommendations/<int:pk>/", drafting.plan_response, name="plan-response"),
    path("plans/<slug:plan>/build/actions/new/", building.build_action_new, name="build-action-new"),
    path("plans/<slug:plan>/build/actions/<str:ref>/", building.build_action, name="build-action"),
    path("plans/<slug:plan>/build/actions/<str:ref>/move/", building.build_move, name="build-move"),
    path("plans/<slug:plan>/approval/", approval.plan_approval, name="plan-approval"),
    path("plans/<slug:plan>/versions/", approval.plan_versions, name="plan-versions"),
    path("plans/<slug:plan>/versions/agree/", approval.plan_agree, name="plan-agree"),
    path("plans/<slug:plan>/propose/", approval.plan_propose, name="plan-propose"),
    path("plans/<slug:plan>/propose/withdraw/", approval.plan_withdraw, name="plan-withdraw"),
    path("plans/<slug:plan>/actions/<str:ref>/propose/", approval.action_propose, name="action-propose"),
    path("inspections/<slug:inspection>/plans/new/", drafting.plan_new, name="plan-new"),
    path("inspections/<slug:inspection>/recommendations/<int:pk>/", history.recommendation, name="recommendation"),
    path("inspections/<slug:inspection>/", context.inspection, name="inspection"),
    path("partnerships/", context.partnerships, name="partnerships"),
    path("partnerships/<slug:partnership>/", context.partnership, name="partnership"),
    path("partnerships/<slug:partnership>/late/", plans.late, name="late"),
    path("partnerships/<slug:partnership>/posts/<int:pk>/", posts.post, name="post"),
    path("partnerships/<slug:partnership>/posts/<int:pk>/line/", ladder.post_line, name="post-line"),
    path("partnerships/<slug:partnership>/groups/<slug:group>/chair/", ladder.group_chair, name="group-chair"),
    path("partnerships/<slug:partnership>/posts/<int:pk>/handover/", handovers.post_handover, name="post-handover"),
    path("partnerships/<slug:partnership>/posts/<int:pk>/deputies/new/", handovers.post_cover, name="post-cover"),
    path(
        "partnerships/<slug:partnership>/posts/<int:pk>/holdings/<int:holding>/end/",
        handovers.holding_end,
        name="holding-end",
    ),
    path("partnerships/<slug:partnership>/people/<int:pk>/", people.person, name="person"),
    path("partnerships/<slug:partnership>/people/<int:pk>/address/", people.person_address, name="person-address"),
    path("partnerships/<slug:partnership>/people/<int:pk>/works/", people.person_works, name="person-works"),
    path("partnerships/<slug:partnership>/people/<int:pk>/account/", people.person_account, name="person-account"),
    path("partnerships/<slug:partnership>/people/<int:pk>/leave/", handovers.person_leave, name="person-leave"),
    path("partnerships/<slug:partnership>/holidays/", sittings.holidays, name="holidays"),
    path("partnerships/<slug:partnership>/holidays/<int:pk>/remove/", sittings.holiday_remove, name="holiday-remove"),
    path("partnerships/<slug:partnership>/groups/<slug:group>/", groups.group, name="group"),
    path("partnerships/<slug:partnership>/groups/<slug:group>/meetings/new/", sittings.meeting_new, name="meeting-new"),
    path("partnerships/<slug:partnership>/groups/<slug:group>/series/new/", sittings.series_new, name="series-new"),
    path(
        "partnerships/<slug:partnership>/groups/<slug:group>/meetings/<int:pk>/",
        sittings.meeting_change,
        name="meeting-change",
    ),
    path(
        "partnerships/<slug:partnership>/groups/<slug:group>/meetings/<int:pk>/cancel/",
        sittings.meeting_cancel,
        name="meeting-cancel",
    ),
]
