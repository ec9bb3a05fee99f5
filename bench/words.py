"""The texts of the benchmark's data: of the length that committees read, about nobody."""

POSTS = (
    "Plan Co-ordinator",
    "Committee Officer",
    "Head of Children and Families",
    "Head of Education",
    "Chief Nurse",
    "Senior Manager, Justice",
    "Quality Assurance Lead",
    "Workforce Development Manager",
    "Area Commander",
)
AGENCIES = (
    "Council",
    "Health Board",
    "Police Division",
    "Children's Reporter",
    "Third Sector Forum",
    "Housing Association",
)
VERBS = ("Review", "Strengthen", "Publish", "Introduce", "Audit", "Train all front-line staff in", "Agree", "Test")
THINGS = (
    "the procedure for initial referral discussions",
    "chronologies in every case file",
    "the assessment of risk and need",
    "the induction of new first-line managers",
    "multi-agency case reviews and what is learned from them",
    "how children's views are recorded and acted on",
    "the information-sharing protocol between agencies",
    "support for kinship carers",
    "performance reports to the chief officers' group",
    "transitions from children's to adult services",
)
MEANS = (
    "across all localities",
    "with the health board",
    "by means of a joint short-life group",
    "and report on its effect",
)
PROGRESS = (
    "The short-life group has met {n} times and agreed a draft, which the localities are now reading.",
    "{n} of the planned sessions have been held; attendance by all agencies was higher than in the quarter before.",
    "A sample of {n} case files was read. Most met the standard; the remainder have been taken back to their teams.",
    "The revised procedure has been used by {n} teams since the last report and no difficulty has been recorded.",
)
MORE = (
    "Managers will sample the work again before the next meeting and report what has changed for children.",
    "Partners agreed that the remaining work can be done within present resources.",
    "The lead officer has asked each agency to confirm its part in writing.",
)
NOTES = ("The last session was moved because two trainers were away.", "Ask finance about the second half of the year.")
BARRIERS = (
    "Recruitment to the two new posts took longer than planned.",
    "The case recording system cannot yet produce the report that is needed.",
    "The partner agency's own review has to finish first.",
)
REASONS = (
    "The new post could not be filled before the spring.",
    "The national guidance was published later than announced.",
)
RECOMMENDATION = (
    "The partnership should ensure that {thing} is consistently of a high standard and that leaders can show "
    "the difference it makes to the lives of children and young people."
)
PROOF = ("Minute of the group", "Audit report", "Training records", "Revised procedure as published")
