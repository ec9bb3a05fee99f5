"""The addresses of plans and of what they answer to (contract: they stay stable)."""

from django.urls import path, register_converter

from actionplans.papers import FORMATS
from actionplans.views import actions, context, papers, plans


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
    path("plans/", plans.plans, name="plans"),
    path("plans/actions.csv", plans.actions_csv, name="actions-csv"),
    path("plans/<slug:plan>/", plans.plan, name="plan"),
    path("plans/<slug:plan>/actions/<str:ref>/", actions.action, name="action"),
    path("plans/<slug:plan>/actions/<str:ref>/updates/new/", actions.action_update, name="action-update"),
    path("plans/<slug:plan>/actions/<str:ref>/evidence/<int:pk>/", actions.evidence_file, name="evidence"),
    path(
        "plans/<slug:plan>/actions/<str:ref>/evidence/<int:pk>/release/",
        actions.evidence_release,
        name="evidence-release",
    ),
    path("plans/<slug:plan>/meetings/<int:pk>/", papers.meeting, name="meeting"),
    path("plans/<slug:plan>/meetings/<int:pk>/paper.<ending:ending>", papers.meeting_file, name="meeting-file"),
    path("plans/<slug:plan>/meetings/<int:pk>/issue/", papers.paper_issue, name="paper-issue"),
    path("papers/<int:pk>/", papers.paper, name="paper"),
    path("papers/<int:pk>/paper.<ending:ending>", papers.paper_file, name="paper-file"),
    path("inspections/<slug:inspection>/", context.inspection, name="inspection"),
    path("partnerships/", context.partnerships, name="partnerships"),
    path("partnerships/<slug:partnership>/", context.partnership, name="partnership"),
    path("partnerships/<slug:partnership>/late/", plans.late, name="late"),
]
