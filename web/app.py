"""The dashboard: builds the views and says which place of the page (`site/layout.html`) each one fills."""

from __future__ import annotations

from dataclasses import dataclass

from nncore.evaluate import predict
from nncore.losses import CrossEntropyLoss
from nncore.presets import PRESETS
from web.browser import bridge, late_modules
from web.browser.address import Address
from web.browser.course_keeper import CourseKeeper
from web.browser.embed import Embedded
from web.browser.keeper import Keeper, saved_data, saved_session
from web.browser.site_data import SiteSource
from web.pad.example import example
from web.pretrained import load_ready_made
from web.session import Session, snapshot
from web.session.pad import Reader
from web.share.link import names_experiment, read_link
from web.views.answer import AnswerView
from web.views.bar import BarView
from web.views.controls import ControlsView
from web.views.course import CourseView
from web.views.curves import CurvesView
from web.views.explore import ExploreView
from web.views.pad import PadView
from web.views.picture import PictureView
from web.views.plane import PlaneView
from web.views.projection import ProjectionView
from web.views.race import RaceView
from web.views.replay import ReplayView
from web.views.runs import RunsView
from web.views.samples import SamplesView
from web.views.settings import SettingsView
from web.views.share import ShareView
from web.views.stack import Stack
from web.views.tabs import TABS
from web.views.tour import TourView
from web.views.unit import UnitView
from web.views.view import View

BELONGING = {"pad": "plane", "train": "replay"}  # what goes with a slot that is hidden
FIRST_DATA = "mnist"  # where the site has it
FIRST = PRESETS["corrected"].recipe  # what a visitor without a link finds


@dataclass
class Dashboard:
    """A session and the views of it that are on the page, by their slots in `site/layout.html`."""

    session: Session
    views: dict[str, View]
    answer: AnswerView
    settings: SettingsView

    def show(self) -> None:
        """Bring all views up to date, and keep them so."""
        for view in self.views.values():
            view.show()

    def hide(self) -> None:
        """Leave the views as they are."""
        for view in self.views.values():
            view.hide()

    def leave_out(self, hide: tuple[str, ...]) -> None:
        """Take from the page the views, and from the settings the fields and groups, that a link hides."""
        self.settings.leave_out(hide)
        self.answer.show_bars("picture" in hide)
        hide = (*hide, *(other for slot, other in BELONGING.items() if slot in hide))
        self.views = {slot: self.views[slot] for slot in not_hidden(list(self.views), hide)}


def build() -> Dashboard:
    """The whole page, as yet without what the visit brings: see `welcome`."""
    session = Session(SiteSource() if bridge.IN_BROWSER else None, FIRST)
    session.pad.set_reader("ready-made", ready_made())
    session.pad.show(example(), example=True)
    session.training.set_speed("normal")
    tour, share = TourView(session), ShareView(session)
    answer, settings, unit = AnswerView(session), SettingsView(session), UnitView(session)
    picture = PictureView(session, unit)
    views: dict[str, View] = {
        "bar": BarView(session, share=share.open, picture=picture.save, help=tour.begin),
        "tour": tour,
        "share": share,
        "pad": PadView(session),
        "plane": PlaneView(session),
        "picture": picture,
        "answer": Stack(session, lambda _session: answer, SamplesView),
        "train": ControlsView(session),
        "replay": ReplayView(session),
        "unit": unit,
        "curves": CurvesView(session),
        "projection": ProjectionView(session),
        "race": RaceView(session),
        "settings": settings,
        "runs": RunsView(session),
        "explore": ExploreView(session, TABS),
        "course": CourseView(session),
    }
    return Dashboard(session, views, answer, settings)


def not_hidden(slots: list[str], hide: tuple[str, ...]) -> list[str]:
    """The slots that a link leaves on the page; all of them, and a notice, if it leaves no card."""
    left = [slot for slot in slots if slot not in hide]
    if set(left) <= {"bar", "tour", "share", "plane", "unit", "course"}:
        bridge.notify("This link hides every card of the page; all are shown instead.", "error")
        return slots
    return left


def welcome(session: Session) -> None:
    """Bring in the experiment that the address asks for, else the one of the last visit; keep what comes."""
    address, saved = bridge.get_hash(), saved_session()
    link = read_link(address)
    if link.embed:
        Embedded(session)
    if own := saved_data():
        session.library.put("own", own)
    # The address names the experiment of the last visit as long as nobody followed another link.
    resume = saved is not None and (
        not names_experiment(address)
        or (link.recipe == saved.checkpoint.recipe and link.code in ("", saved.checkpoint.code))
    )
    if saved is not None:
        snapshot.restore(session, saved, runs_only=not resume)
    Address(session, follow=not resume)
    if saved is None and not names_experiment(address) and FIRST_DATA in session.library.names:
        session.configure(dataset=FIRST_DATA)  # comes while the visitor draws
    # In another page's frame browsers often keep nothing, and there is no menu Files to help oneself by.
    keepers = Keeper(session, tells=not link.embed), CourseKeeper(session)

    async def keep() -> None:
        for keeper in keepers:
            await keeper.store()

    session.jobs.keep = keep
    session.code.fetch_imports = late_modules.fetch_imports
    if bridge.interrupted() == "code":
        session.code.interrupt()


def ready_made() -> Reader:
    """The network that comes with the site."""
    model, criterion = load_ready_made(), CrossEntropyLoss()
    return Reader((28, 28), lambda image: predict(model, criterion, image[None, None])[0])
