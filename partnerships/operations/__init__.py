"""Verbs about who: the only writers of this app. Those that a person does take `by=` and `now=` and are audited."""

from partnerships.operations.accounts import change_address, mail_failed, mail_works, set_signs_in
from partnerships.operations.bodies import add_meeting, agency_of, found_partnership, post_of, set_chair
from partnerships.operations.people import add_person, choose_how_often, grant_role
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
    "found_partnership",
    "grant_role",
    "hand_over",
    "leave",
    "mail_failed",
    "mail_works",
    "post_of",
    "report_to",
    "set_chair",
    "set_signs_in",
]
