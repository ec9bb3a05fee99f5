"""The who of the benchmark's data: partnerships, their agencies, posts and people, and one group that meets."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bench.words import AGENCIES, POSTS
from bench.writing import Writer
from core.working_days import working_days_before
from partnerships.models import Agency, Group, Holding, Meeting, Membership, Partnership, Post, User
from partnerships.roles import Role

DAYS_BETWEEN_MEETINGS = 91
HELD_FOR = 3000  # days
UNUSABLE = "!bench"  # a password that nobody can sign in with; the run makes sessions of its own
ROLES = {0: Role.COORDINATOR, 1: Role.CLERK}  # by the place of the post in POSTS; the others own actions


@dataclass(frozen=True)
class Organisation:
    """One partnership. `people` holds the user of each post, also of a vacant one, which they have left."""

    partnership: Partnership
    agencies: list[Agency]
    posts: list[Post]
    people: dict[int, User]
    group: Group
    meetings: list[Meeting]

    @property
    def lead_posts(self) -> list[Post]:
        return self.posts[len(ROLES) :]


def make_organisation(number: int, today: date, writer: Writer, random: Random) -> Organisation:
    slug = f"partnership-{number:03}"
    partnership = writer.new(Partnership, slug=slug, name=f"Partnership {number:03}")
    agencies = [writer.new(Agency, partnership=partnership, name=f"{name} {number:03}") for name in AGENCIES]
    posts, people = [], {}
    for place, title in enumerate(POSTS):
        post = writer.new(Post, partnership=partnership, agency=agencies[place % 3], title=title)
        name = f"Person {place} of {number:03}"
        user = writer.new(User, email=f"post{place}@{slug}.example", name=name, password=UNUSABLE)
        writer.new(Membership, user=user, partnership=partnership, role=ROLES.get(place, Role.OWNER))
        posts.append(post)
        people[post.pk] = user
        is_vacant = place >= len(ROLES) and random.random() < 0.05
        ends_on = today - timedelta(days=20) if is_vacant else None
        starts_on = today - timedelta(days=HELD_FOR)
        writer.new(Holding, post=post, user=user, starts_on=starts_on, ends_on=ends_on)
    covered = random.choice(posts[len(ROLES) :])
    week = {"starts_on": today - timedelta(days=3), "ends_on": today + timedelta(days=11)}
    writer.new(Holding, post=covered, user=people[posts[0].pk], kind=Holding.Kind.DEPUTY, **week)
    name = f"Committee {number:03}"
    group = writer.new(Group, partnership=partnership, slug="committee", name=name, kind="committee")
    return Organisation(partnership, agencies, posts, people, group, list(_meetings(group, today, writer, random)))


def _meetings(group: Group, today: date, writer: Writer, random: Random):
    """Every quarter, from three years ago to one quarter ahead."""
    on = today - timedelta(days=12 * DAYS_BETWEEN_MEETINGS + random.randrange(DAYS_BETWEEN_MEETINGS))
    for _ in range(14):
        yield writer.new(Meeting, group=group, on=on, paper_deadline_on=working_days_before(on, group.paper_days))
        on += timedelta(days=DAYS_BETWEEN_MEETINGS)
