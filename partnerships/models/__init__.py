from partnerships.models.bodies import Agency, Group, Meeting, Partnership
from partnerships.models.people import Holding, Membership, Post, User

__all__ = ["Agency", "Group", "Holding", "Meeting", "Membership", "Partnership", "Post", "User"]
