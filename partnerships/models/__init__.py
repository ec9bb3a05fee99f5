from partnerships.models.bodies import Agency, Group, LocalHoliday, Meeting, Partnership
from partnerships.models.people import Holding, Membership, Post, User

__all__ = ["Agency", "Group", "Holding", "LocalHoliday", "Meeting", "Membership", "Partnership", "Post", "User"]
