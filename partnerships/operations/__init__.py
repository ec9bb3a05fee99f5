"""Verbs about who: the only writers of this app. Those that a person does take `by=` and `now=` and are audited."""

from partnerships.operations.accounts import change_address, mail_failed, mail_works, set_signs_in
from partnerships.operations.bodies import add_meeting, agency_of, found_partnership, post_of, set_chair
from partnerships.operations.founding import enter_agencies, enter_group, enter_partnership, enter_posts, remove_mistake
from partnerships.operations.people import add_person, choose_how_often, grant_role, set_roles
from partnerships.operations.posts import PostIsHeld, appoint, cover, deputise, end_holding, hand_over, leave, report_to

__all__ = [
    "PostIsHeld",
    "add_meeting",
    "add_person",
    "agency_of",
    "appoint",
    "change_address",
    "choose_how_often",
    "cover",
    "deputise",
    "end_holding",
    "enter_agencies",
    "enter_group",
    "enter_partnership",
    "enter_posts",
    "found_partnership",
    "grant_role",
    "hand_over",
    "leave",
    "mail_failed",
    "mail_works",
    "post_of",
    "remove_mistake",
    "report_to",
    "set_chair",
    "set_roles",
    "set_signs_in",
]
