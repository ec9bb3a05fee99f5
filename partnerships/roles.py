"""Who may do what. GRANTS is the one table; docs/permissions.md is printed from it."""

from django.db.models import TextChoices


class Role(TextChoices):
    OWNER = "owner", "Action owner"
    COORDINATOR = "coordinator", "Plan co-ordinator"
    CLERK = "clerk", "Committee clerk"
    VERIFIER = "verifier", "Verifier"
    APPROVER = "approver", "Approver or chair"
    MEMBER = "member", "Elected or board member"
    ADMINISTRATOR = "administrator", "Administrator"
    INSPECTOR = "inspector", "Inspector (of granted inspections)"


class Permission(TextChoices):
    SEE_DRAFT_PLANS = "see_draft_plans", "See plans before they are approved"
    BUILD_PLANS = "build_plans", "Draft plans, propose changes, submit them"
    APPROVE_PLANS = "approve_plans", "Record that a group approved, returned, changed or closed a plan"
    SEE_WORKING_NOTES = "see_working_notes", "Read working notes and evidence that is not released"
    SEE_CHASING = "see_chasing", "See which reminders were sent to whom"
    POST_OWN_UPDATES = "post_own_updates", "Post updates and evidence for actions of a post that the person holds"
    POST_ANY_UPDATE = "post_any_update", "Post updates and evidence for any action"
    RELEASE_EVIDENCE = "release_evidence", "Release evidence to inspectors"
    MAKE_PAPERS = "make_papers", "Preview, export and issue papers"
    READ_PAPERS = "read_papers", "Read issued papers"
    VERIFY = "verify", "Verify or return completed actions"
    DECIDE = "decide", "Record what a group decided: dates, closing, reopening, cancelling"
    REVIEW_WORDING = "review_wording", "Read the wording of updates before it is published, where a plan asks for it"
    MANAGE_POSTS = (
        "manage_posts",
        "Enter agencies, groups and posts; say who holds and deputises; set the addresses and accounts of people",
    )
    MANAGE_ROLES = "manage_roles", "Enter people and say what each may do"
    MANAGE_MEETINGS = "manage_meetings", "Enter meetings and local holidays"
    MANAGE_INSPECTORS = "manage_inspectors", "Give inspectors access, end it, say whether they may ask questions"
    ANSWER_QUESTIONS = "answer_questions", "Answer the questions of inspectors"


_STAFF = {Permission.SEE_DRAFT_PLANS, Permission.SEE_WORKING_NOTES, Permission.SEE_CHASING, Permission.READ_PAPERS}
_PLANS = {Permission.BUILD_PLANS, Permission.APPROVE_PLANS}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(_STAFF | {Permission.POST_OWN_UPDATES}),
    Role.COORDINATOR: frozenset(
        _STAFF
        | _PLANS
        | {Permission.POST_ANY_UPDATE, Permission.RELEASE_EVIDENCE, Permission.MAKE_PAPERS, Permission.DECIDE}
        | {Permission.REVIEW_WORDING, Permission.MANAGE_POSTS, Permission.MANAGE_MEETINGS}
        | {Permission.MANAGE_INSPECTORS, Permission.ANSWER_QUESTIONS}
    ),
    Role.CLERK: frozenset(_STAFF | {Permission.MAKE_PAPERS, Permission.MANAGE_MEETINGS, Permission.DECIDE}),
    Role.VERIFIER: frozenset(_STAFF | {Permission.VERIFY}),
    Role.APPROVER: frozenset(_STAFF | {Permission.APPROVE_PLANS, Permission.DECIDE}),
    Role.MEMBER: frozenset({Permission.READ_PAPERS}),
    Role.ADMINISTRATOR: frozenset(
        _STAFF
        | {Permission.MANAGE_POSTS, Permission.MANAGE_ROLES, Permission.MANAGE_MEETINGS, Permission.MANAGE_INSPECTORS}
    ),
    Role.INSPECTOR: frozenset(),
}


def roles_with(permission: Permission) -> list[Role]:
    """The roles that carry a permission, in the order of Role."""
    return [role for role in Role if permission in GRANTS[role]]


def as_table() -> str:
    """GRANTS as a table in Markdown: docs/permissions.md."""
    header = ["May", *(role.label for role in Role)]
    rows = [[perm.label, *("yes" if perm in GRANTS[role] else "" for role in Role)] for perm in Permission]
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
