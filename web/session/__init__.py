"""The dashboard's state: one session, subscribed to by the views."""

from web.session.session import Session
from web.session.training import State

__all__ = ["Session", "State"]
