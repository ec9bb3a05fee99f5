"""Invented people for the posts that the cases name, and the demonstration accounts. Nobody here is real."""

from datetime import date

from django.utils.text import slugify

from partnerships.models import Agency, Partnership, Post, User
from partnerships.operations import appoint, post_of
from partnerships.roles import Role

PASSWORD = "followthrough-demo"
HELD_SINCE = date(2009, 1, 5)
VACANT = {("clydemuir", "Corporate Parenting Lead")}  # the case says so: "Lead post vacant"

# account: (post, name, role in the partnership)
ACCOUNTS = {
    "ochilvale": {
        "head": ("Head of Social Services", "Morag Tannahill", Role.OWNER),
        "clerk": ("Committee Officer", "Fergus Ardlie", Role.CLERK),
        "coordinator": ("Plan Co-ordinator", "Isla Brodwick", Role.COORDINATOR),
        "verifier": ("Internal Audit Manager", "Callum Strachur", Role.VERIFIER),
        "chair": ("Chair, Child Protection Committee", "Elspeth Kinnaird-Roy", Role.APPROVER),
        "member": ("Elected member", "Councillor Hamish Orrock", Role.MEMBER),
    },
    "clydemuir": {
        "head": ("Head of Children and Justice Services", "Rhona Dalgarven", Role.OWNER),
        "coordinator": ("Plan Co-ordinator", "Struan Pollmadie", Role.COORDINATOR),
    },
}
# The posts that report to another, so that what is late is seen to go up the ladder.
LINES = {
    "ochilvale": {
        "Head of Social Services": "Chief Executive",
        "Assistant Head of Social Services": "Head of Social Services",
        "Child Protection Lead Officer": "Assistant Head of Social Services",
        "Service Manager Child Care": "Head of Social Services",
        "Team Manager": "Service Manager Child Care",
    },
    "clydemuir": {
        "Throughcare Manager": "Head of Children and Justice Services",
        "Fieldwork Manager": "Head of Children and Justice Services",
    },
}
FIRST = (
    "Ailsa",
    "Bruce",
    "Catriona",
    "Duncan",
    "Eilidh",
    "Finlay",
    "Greer",
    "Hector",
    "Iona",
    "Jamie",
    "Kirsty",
    "Lachlan",
    "Mairi",
    "Niall",
    "Oona",
    "Paul",
    "Rowan",
)
LAST = (
    "Abercorn",
    "Balfron",
    "Carnwath",
    "Dunreggan",
    "Edzellie",
    "Forgandie",
    "Garvock",
    "Inverarnan",
    "Kilbrae",
    "Lindores",
    "Maybane",
)


class People:
    """Who holds which post in one partnership; people are invented on first mention, always the same."""

    def __init__(self, partnership: Partnership) -> None:
        self.partnership = partnership
        self.accounts = ACCOUNTS.get(partnership.slug, {})
        self.named = 0

    def post(self, title: str, agency: Agency | None = None) -> Post:
        post = post_of(partnership=self.partnership, title=title, agency=agency)
        if (self.partnership.slug, title) not in VACANT and not post.holdings.exists():
            appoint(post=post, user=self._holder(title), starts_on=HELD_SINCE)
        return post

    def account(self, name: str) -> User:
        """The holder of a demonstration account, such as `coordinator`."""
        return self.holder(self.accounts[name][0])

    def holder(self, title: str) -> User:
        """Who holds the post. For a vacant post its former holder, who has left."""
        post = self.post(title)
        holding = post.holdings.select_related("user").first()
        return holding.user if holding else self._person(f"{slugify(title)}.former")

    def _holder(self, title: str) -> User:
        for account, (post, name, _) in self.accounts.items():
            if post == title:
                return self._person(account, name)
        return self._person(slugify(title)[:40])

    def _person(self, address: str, name: str = "") -> User:
        email = f"{address}@{self.partnership.slug}.example"
        known = User.objects.filter(email=email).first()
        if known:
            return known
        count = User.objects.count()
        return User.objects.create_user(email, name or f"{FIRST[count * 5 % len(FIRST)]} {LAST[count * 7 % len(LAST)]}")
