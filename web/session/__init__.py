"""The dashboard's state: one session, subscribed to by the views."""

from web.session.present import State
from web.session.session import Session

__all__ = ["Session", "State"]
