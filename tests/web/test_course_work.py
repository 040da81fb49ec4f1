"""The course in the session: answers are checked in slices, kept, and never run unasked."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from nncore.recipe import Recipe
from tests.course import DOUBLE
from tests.web.driving import rest, run, until
from web.browser import course_keeper
from web.course.exercises import CourseError
from web.session import Session
from web.share.course_link import (
    course_link,
    exercises_link,
    in_course,
    linked_exercises,
    wanted_exercise,
)
from web.views.picture import PictureView
from web.views.unit import UnitView


async def checked(session: Session) -> None:
    """Check the answer and wait for the verdict."""
    session.course.check()
    await until(lambda: not session.course.checking)


def test_a_wrong_answer_is_explained_and_a_right_one_kept() -> None:
    async def scenario() -> None:
        session = Session()
        work = session.course
        assert work.exercise.id == "neuron"
        work.write("def neuron(x, w):\n    return x * w\n")
        await checked(session)
        assert work.verdict is not None
        assert not work.verdict.right
        assert "The sum is missing" in work.verdict.text
        work.write("def neuron(x, w):\n    return x @ w\n")
        assert work.verdict is None
        await checked(session)
        assert work.verdict is not None
        assert work.verdict.right
        assert work.answers.right == {"neuron"}
        work.next()
        assert work.exercise.id == "linear"
        assert work.verdict is None
        work.go("neuron")
        assert work.text == "def neuron(x, w):\n    return x @ w\n"
        work.restart()
        assert "..." in work.text
        assert work.answers.right == set()

    run(scenario())


def test_checking_can_be_stopped_and_a_text_changed_meanwhile_gets_no_verdict() -> None:
    async def scenario() -> None:
        session = Session()
        work = session.course
        work.write("def neuron(x, w):\n    return x @ w\n")
        work.check()
        assert work.checking
        work.stop()
        assert not work.checking
        assert work.verdict is not None
        assert not work.verdict.right
        work.check()
        await asyncio.sleep(0)  # it has begun
        work.write("def neuron(x, w):\n    return x\n")
        await until(lambda: not work.checking)
        assert work.verdict is None
        assert work.answers.right == set()

    run(scenario())


def test_hints_come_one_by_one_and_the_solution_last() -> None:
    work = Session().course
    for shown in range(3):
        assert (work.hints, work.solution) == (shown, "hidden")
        work.hint()
    assert work.solution == "offered"
    work.show_solution()
    assert work.solution == "shown"
    editor = work.revision
    work.go("linear")
    assert (work.hints, work.solution) == (0, "hidden")
    assert work.revision > editor, "the editor gets another text"
    work.write("# an answer")
    editor = work.revision
    work.write("# an answer, longer")
    assert work.revision == editor, "what is being typed is left alone"
    work.restart()
    assert work.revision > editor
    assert work.text == work.exercise.blank


def test_exercises_of_others_run_nothing_before_they_are_trusted() -> None:
    async def scenario() -> None:
        session = Session()
        work = session.course
        work.bring(DOUBLE.replace("def of_three", "raise SystemExit\ndef of_three"))
        work.write("def double(x):\n    return x + x\n")
        await checked(session)
        assert work.verdict is None
        work.bring(DOUBLE)
        work.write("def double(x):\n    return x + x\n")
        await checked(session)
        assert work.verdict is None
        work.trust()
        await checked(session)
        assert work.verdict is not None
        assert work.verdict.right

    run(scenario())


def test_answers_survive_a_reload_and_a_visit_to_other_exercises() -> None:
    work = Session().course
    work.write("# my neuron\n")
    work.go("tanh")
    work.write("# my tanh\n")
    work.bring(DOUBLE)
    work.write("# my double\n")
    kept = json.loads(json.dumps(work.state_dict()))

    again = Session().course
    again.load_state_dict(kept)
    assert (again.exercise.id, again.text.strip(), again.trusted) == ("double", "# my double", False)
    again.bring_own()
    assert again.answers.texts["neuron"].strip() == "# my neuron"
    again.go("tanh")
    assert again.text.strip() == "# my tanh"


def test_a_visit_without_the_course_loses_nothing() -> None:
    work = Session().course
    work.go("bias")
    work.write("# my bias\n")
    untouched = Session().course
    untouched.load_state_dict(work.state_dict())
    third = Session().course
    third.load_state_dict(untouched.state_dict())
    assert (third.exercise.id, third.text.strip()) == ("bias", "# my bias")


def test_links_name_an_exercise_or_hold_a_whole_course() -> None:
    assert in_course("course")
    assert wanted_exercise(course_link("tanh")) == "tanh"
    assert linked_exercises(exercises_link(DOUBLE)) == DOUBLE
    assert linked_exercises("course=tanh") == ""
    assert not in_course("preset=corrected&lr=0.5")


@pytest.mark.parametrize("cut", [exercises_link(DOUBLE)[:-20], "exercises=%%%", "exercises=abcd"])
def test_a_damaged_link_is_told(cut: str) -> None:
    with pytest.raises(CourseError, match="cannot be read"):
        linked_exercises(cut)


def test_the_whole_course_trains_beside_the_picture(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario() -> None:
        session = Session(recipe=Recipe(loss="softmax_log_nll", epochs=1))
        unit = UnitView(session)
        picture = PictureView(session, unit)
        picture.show()
        for exercise in session.course.course.exercises:
            session.course.answers.passed(exercise, exercise.solution)
        session.code.edit(session.course.answers.whole())
        session.code.run()
        await until(lambda: session.code.state != "running")
        assert session.code.state == "right", session.code.problem or session.code.findings
        session.step()
        await rest(session)
        assert session.training.status.global_step == 1
        picture.refresh()

    run(scenario())
    assert not caplog.records


def test_next_goes_through_all_exercises_and_stays_at_the_last() -> None:
    work = Session().course
    ids = [exercise.id for exercise in work.course.exercises]
    seen = [work.exercise.id]
    for _ in ids:
        work.next()
        seen.append(work.exercise.id)
    assert seen == [*ids, ids[-1]]


def test_a_check_that_python_had_to_be_ended_in_is_told_after_the_new_start() -> None:
    async def scenario() -> None:
        first = Session()
        first.course.go("linear")
        first.course.write("# too much")
        kept = json.dumps(first.course.state_dict())
        second = Session()
        second.course.load_state_dict(json.loads(kept))
        second.course.interrupt()
        assert second.course.exercise.id == "linear"
        assert second.course.text.strip() == "# too much"
        assert second.course.verdict is not None
        assert "Stopped" in second.course.verdict.text

    run(scenario())


def test_two_tabs_wipe_out_no_answer_of_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course_keeper, "FILE", tmp_path / "course.json")

    async def scenario() -> None:
        sessions = [Session(), Session()]
        keepers = [course_keeper.CourseKeeper(session) for session in sessions]
        one, other = (session.course for session in sessions)

        async def stored() -> None:
            await until(lambda: all(keeper.at_rest for keeper in keepers))

        names = [exercise.id for exercise in one.course.exercises[:3]]
        one.write("# first\n")
        other.go(names[1])
        other.write("# second\n")
        await stored()
        one.go(names[2])  # merely looked at
        await stored()
        other.go(names[2])
        await stored()
        fresh = Session()
        course_keeper.CourseKeeper(fresh)
        for course in (fresh.course, one, other):
            texts = [course.answers.text(exercise) for exercise in course.course.exercises[:2]]
            assert texts == ["# first\n", "# second\n"]

    run(scenario())
