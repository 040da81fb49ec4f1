"""The trainer's events, interruption, resumption and endings."""

import pickle
from collections.abc import Callable

import numpy as np
import pytest

import nncore as nn

TRAIN, TEST = nn.load_digits()
SMALL = nn.Recipe(hidden=(16,), epochs=2, batch_size=100, test_batch_size=150, seed=1)


def trainer(
    recipe: nn.Recipe = SMALL, train: nn.Dataset = TRAIN, test: nn.Dataset | None = TEST
) -> nn.Trainer:
    return recipe.build_trainer(train, test)


def kinds(events: list[nn.Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_a_run_is_steps_then_tests_then_the_epoch_and_at_last_the_end() -> None:
    events = list(trainer())
    epoch = ["StepEvent"] * 15 + ["TestEvent"] * 3 + ["EpochEvent"]
    assert kinds(events) == [*epoch, *epoch, "FinishedEvent"]
    assert events[-1] == nn.FinishedEvent("epochs")


def test_events_carry_the_figures_of_the_run() -> None:
    events = list(trainer())
    steps = [event for event in events if isinstance(event, nn.StepEvent)]
    assert [(e.epoch, e.step, e.steps, e.global_step) for e in steps[:2]] == [(1, 1, 15, 1), (1, 2, 15, 2)]
    assert steps[-1].global_step == 30
    assert steps[-1].loss < steps[0].loss
    test = [event for event in events if isinstance(event, nn.TestEvent)][2]
    assert (test.step, test.steps, test.seen) == (3, 3, 360)
    epoch = next(event for event in events if isinstance(event, nn.EpochEvent))
    sizes = [100] * 14 + [37]
    assert epoch.train_loss == pytest.approx(np.average([e.loss for e in steps[:15]], weights=sizes))
    assert epoch.train_accuracy == pytest.approx(np.average([e.accuracy for e in steps[:15]], weights=sizes))
    assert epoch.test_accuracy == test.correct / 360
    assert epoch.test_loss == test.loss
    assert epoch.confusion.sum() == 360
    assert np.trace(epoch.confusion) == test.correct


def test_events_are_compared_by_their_figures() -> None:
    one, other = (nn.TestEvent(1, 1, 2, 3, 4, 0.5, np.zeros((4, 3), np.float32)) for _ in range(2))
    assert one == other
    assert "array" not in repr(one)


def test_the_test_figures_are_those_of_evaluate() -> None:
    run = trainer()
    last = [event for event in run if isinstance(event, nn.EpochEvent)][-1]
    result = nn.evaluate(run.model, run.criterion, TEST)
    assert result.accuracy == last.test_accuracy
    assert result.loss == pytest.approx(last.test_loss)
    np.testing.assert_array_equal(result.confusion, last.confusion)


def test_one_seed_one_run() -> None:
    first, second = (list(trainer(SMALL.replace(dropout=0.2, shift=0.1))) for _ in range(2))
    assert first == second
    assert first != list(trainer(SMALL.replace(dropout=0.2, shift=0.1, seed=2)))


@pytest.mark.parametrize("stop_after", [0, 7, 15, 17, 18, 19, 30])
def test_leaving_and_taking_up_again_changes_nothing(stop_after: int) -> None:
    run = trainer()
    events = []
    for event in run.events():
        events.append(event)
        if len(events) == stop_after:
            break
    events += run.events()
    assert events == list(trainer())


BUSY = SMALL.replace(
    optimizer="adamw",
    dropout=0.3,
    batch_norm=True,
    schedule="one_cycle",
    shift=0.1,
    rotate=5,
    elastic=1,
    patience=3,
)


@pytest.mark.parametrize(
    "recipe", [SMALL, SMALL.replace(momentum=0.9), BUSY], ids=["sgd", "momentum", "everything"]
)
@pytest.mark.parametrize("stop_after", [7, 17])
def test_a_resumed_run_goes_on_to_the_bit(recipe: nn.Recipe, stop_after: int) -> None:
    whole = trainer(recipe)
    expected = list(whole)
    first = trainer(recipe)
    events = [first.advance() for _ in range(stop_after)]
    second = trainer(recipe)
    second.load_state_dict(first.state_dict())
    events += list(second)
    assert events == expected
    for name, array in whole.model.state_dict().items():
        np.testing.assert_array_equal(second.model.state_dict()[name], array)


@pytest.mark.parametrize("kind", [np.random.MT19937, np.random.PCG64DXSM, np.random.SFC64])
def test_generators_of_every_kind_go_on_where_they_were(kind: type[np.random.BitGenerator]) -> None:
    def run() -> nn.Trainer:
        made = SMALL.replace(dropout=0.5).build_trainer(TRAIN)
        dropout = next(layer for layer in made.model if isinstance(layer, nn.Dropout))
        dropout.rng = np.random.Generator(kind(1))
        return made

    first, second = run(), run()
    for _ in range(3):
        first.advance()
    second.load_state_dict(first.state_dict())
    for trained in (first, second):
        trained.advance()
    weights = (trained.model.state_dict().values() for trained in (first, second))
    for ours, theirs in zip(*weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_settings_may_change_while_it_runs() -> None:
    run = trainer()
    assert run.advance().lr == 0.1
    run.optimizer.lr = 0.02
    assert run.advance().lr == 0.02
    SMALL.replace(lr=0.03, momentum=0.5, epochs=1, rotate=10, patience=4).apply_live(run)
    assert run.advance().lr == 0.03
    assert run.optimizer.momentum == 0.5
    assert run.loader.augment is not None
    assert kinds(list(run)).count("EpochEvent") == 1


def test_more_epochs_may_be_asked_for_after_the_end() -> None:
    run = trainer()
    list(run)
    assert list(run) == []
    run.epochs = 3
    events = list(run)
    assert kinds(events)[-2:] == ["EpochEvent", "FinishedEvent"]
    assert events[-2].epoch == 3


def test_the_schedule_sets_the_learning_rate_of_each_step() -> None:
    steps = [e for e in trainer(SMALL.replace(schedule="cosine", lr=0.5)) if isinstance(e, nn.StepEvent)]
    expected = [0.5 * (1 + np.cos(np.pi * i / 30)) / 2 for i in range(30)]
    np.testing.assert_allclose([step.lr for step in steps], expected)


def test_early_stopping_waits_for_its_patience() -> None:
    run = trainer(SMALL.replace(lr=0, epochs=50, patience=3))
    events = list(run)
    assert (
        kinds(events).count("EpochEvent") == 4
    )  # the first is the best so far, then three without a better one
    assert events[-1] == nn.FinishedEvent("early stopping")
    assert list(run) == []
    run.early_stopping, run.epochs = None, 5
    assert kinds(list(run))[-2:] == ["EpochEvent", "FinishedEvent"]


def test_gradient_norm_on_demand() -> None:
    run = trainer()
    assert run.advance().grad_norm is None
    run.track_grad_norm = True
    norm = run.advance().grad_norm
    assert norm == pytest.approx(
        np.sqrt(sum((p.grad.astype(float) ** 2).sum() for p in run.model.parameters()))
    )


def test_clipping_bounds_the_step_and_may_change_while_training() -> None:
    recipe = nn.Recipe(hidden=(8,), lr=1, clip_norm=0.01)
    trainer = recipe.build_trainer(nn.load_digits()[0])
    trainer.track_grad_norm = True

    def moved() -> float:
        before = trainer.model.state_dict()
        assert trainer.advance().grad_norm > 0.02  # as it was before
        after = trainer.model.state_dict()
        return float(np.sqrt(sum(np.sum((after[name] - before[name]) ** 2) for name in after)))

    assert moved() == pytest.approx(0.01, rel=1e-3)
    recipe.replace(clip_norm=0).apply_live(trainer)
    assert moved() > 0.02


def test_without_test_data_there_is_no_test() -> None:
    events = list(trainer(test=None))
    assert "TestEvent" not in kinds(events)
    epoch = next(event for event in events if isinstance(event, nn.EpochEvent))
    assert (epoch.test_loss, epoch.test_accuracy, epoch.confusion) == (None, None, None)


def diverging(break_model: Callable[[nn.Trainer], None]) -> nn.DivergenceError:
    run = trainer()
    run.advance()
    break_model(run)
    with pytest.raises(nn.DivergenceError) as caught:
        list(run)
    return caught.value


def test_divergence_names_layer_step_loss_and_remedy() -> None:
    def spoil(run: nn.Trainer) -> None:
        run.model[3].weight.data[0, 0] = np.nan

    error = diverging(spoil)
    assert (error.step, np.isnan(error.loss)) == (2, True)
    for word in (
        "step 2",
        "loss is nan",
        "layer 3, Linear(in_features=16",
        "(weight)",
        "Lower the learning rate",
    ):
        assert word in str(error)


def test_divergence_by_overflow_names_the_layer_that_overflowed() -> None:
    def spoil(run: nn.Trainer) -> None:
        run.model[3].weight.data[...] = 3e38

    assert "layer 3, Linear" in diverging(spoil).layer
    assert "(output)" in diverging(spoil).layer


def test_a_last_step_that_diverged_shows_in_the_test() -> None:
    run = trainer(SMALL.replace(epochs=1))
    for _ in range(15):
        run.advance()
    run.model[3].bias.data[0] = np.nan
    with pytest.raises(nn.DivergenceError, match=r"step 15.*layer 3, Linear.*\(bias\)"):
        run.advance()


def test_a_run_on_other_data_is_refused_and_nothing_changed() -> None:
    state = trainer().state_dict()
    other = trainer(train=TRAIN[:200])
    other.advance()
    before = other.state_dict()
    with pytest.raises(ValueError, match=r"got a run on \[1437  360\].*expected \[200 360\]"):
        other.load_state_dict(state)
    assert all(np.array_equal(before[name], array) for name, array in other.state_dict().items())


@pytest.mark.filterwarnings("error")
def test_a_huge_learning_rate_ends_in_an_error_not_in_nonsense() -> None:
    deep = SMALL.replace(hidden=(32, 32, 32), activation="leaky_relu", lr=100, momentum=0.9, epochs=50)
    with pytest.raises(nn.DivergenceError):
        list(trainer(deep))


def test_no_full_batch_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"got 50 training images for batches of 100.*drop_last=False"):
        trainer(SMALL.replace(drop_last=True), TRAIN[:50])


@pytest.mark.parametrize(("size", "drop_last"), [(1, True), (4, False)])
def test_batch_norm_refuses_batches_of_one(size: int, drop_last: bool) -> None:
    recipe = SMALL.replace(batch_norm=True, batch_size=size, drop_last=drop_last)
    with pytest.raises(nn.RecipeError, match=r"batch_norm: got a batch of 1 \(1437 samples"):
        trainer(recipe)
    trainer(recipe.replace(batch_size=4, drop_last=True))


@pytest.mark.parametrize("preset", ["corrected", "fast-mlp", "small-cnn"])
def test_presets_learn_the_embedded_digits(preset: str) -> None:
    recipe = nn.PRESETS[preset].recipe
    last = [event for event in recipe.build_trainer(TRAIN, TEST) if isinstance(event, nn.EpochEvent)][-1]
    assert last.test_accuracy > 0.95


def test_a_finished_run_that_is_gone_on_with_does_not_report_its_end_first() -> None:
    """As the command line saves it: with the report of the last epoch."""
    trainer = nn.Recipe(hidden=(4,), epochs=1).build_trainer(*nn.load_digits())
    events = trainer.events()
    while not isinstance(next(events), nn.EpochEvent):
        pass
    trainer.epochs = 2
    assert isinstance(next(trainer.events()), nn.StepEvent)


def test_a_divergence_passes_between_processes() -> None:
    error = pickle.loads(pickle.dumps(nn.DivergenceError("layer 1", 7, float("inf"))))
    assert (error.layer, error.step, error.loss) == ("layer 1", 7, float("inf"))
    with pytest.raises(nn.RecipeError) as caught:
        nn.Recipe(epochs={"a": 1})  # type: ignore[arg-type]
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
