"""Data sets, their files, and batches."""

import gzip
import hashlib
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

import nncore as nn
from nncore.data import parse_idx
from nncore.data.mnist import FASHION_MNIST, KMNIST, MNIST
from nncore.data.published import FILES, Published
from nncore.data.sets import at_hand
from nncore.errors import DataError, LabelError
from nncore.ops import Array
from tests.files import idx, npz


def small(n: int = 10) -> nn.Dataset:
    images = np.arange(n * 4, dtype=np.uint8).reshape(n, 2, 2)
    return nn.Dataset(images, np.arange(n) % 3, "small", num_classes=3)


def test_the_embedded_digits() -> None:
    train, test = nn.load_digits()
    assert repr(train) == "Dataset('digits', 1437 images of 8x8, 10 classes)"
    assert (len(test), test.image_shape, test.images.max()) == (360, (8, 8), 16)
    assert np.bincount(test.labels).min() > 20
    x = train.inputs(slice(0, 3))
    assert (x.shape, x.dtype, x.max()) == ((3, 1, 8, 8), np.float32, 1)
    rows = {image.tobytes() for image in train.images}
    assert sum(image.tobytes() in rows for image in test.images) < 3  # the parts do not overlap


def test_a_part_of_a_dataset_is_a_dataset() -> None:
    part = small()[np.array([3, 1])]
    np.testing.assert_array_equal(part.labels, [0, 1])
    assert part.num_classes == 3


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (
            np.zeros((2, 4), np.uint8),
            np.zeros(2, int),
            r"shape \(2, 4\) and dtype uint8, expected images \(count, height, width\)",
        ),
        (np.zeros((2, 0, 8), np.uint8), np.zeros(2, int), r"shape \(2, 0, 8\)"),
        (np.zeros((2, 2, 2), np.uint8), np.zeros(3, int), r"2 samples and labels of shape \(3,\)"),
    ],
)
def test_unfit_arrays_are_refused(images: np.ndarray, labels: np.ndarray, message: str) -> None:
    with pytest.raises(DataError, match=message):
        nn.Dataset(images, labels)


def test_float_images_reach_the_network_as_they_are() -> None:
    images = np.random.default_rng(0).standard_normal((3, 2, 4))
    data = nn.Dataset(images, np.array([0, 1, 2]))
    assert (data.image_shape, data.max_value) == ((2, 4), 1)
    np.testing.assert_array_equal(data.inputs(dtype=np.float64)[:, 0], images)
    x = data.inputs()
    assert (x.shape, x.dtype) == ((3, 1, 2, 4), np.float32)
    x[...] = 0
    assert data.inputs().any()


def test_vectors_of_features_train_a_network() -> None:
    rng = np.random.default_rng(0)
    points = rng.standard_normal((200, 2)).astype(np.float32)
    data = nn.Dataset(points, (points.prod(axis=1) > 0).astype(int), "xor", 2, class_names=("apart", "alike"))
    assert repr(data) == "Dataset('xor', 200 vectors of 2, 2 classes)"
    assert data[:5].class_names == ("apart", "alike")
    with pytest.raises(DataError, match="xor: got vectors of 2 features, expected images"):
        _ = data.image_shape
    recipe = nn.Recipe(hidden=(16,), epochs=30, optimizer="adam", lr=0.02, shift=0.1, batch_size=20)
    trainer = recipe.build_trainer(data, data)
    for _ in trainer:
        pass
    recipe.apply_live(trainer)
    assert nn.evaluate(trainer.model, trainer.criterion, data).accuracy > 0.95


def test_what_is_made_for_images_refuses_vectors() -> None:
    data = nn.Dataset(np.zeros((4, 2)), np.zeros(4, int))
    with pytest.raises(nn.RecipeError, match="cnn for vectors of 2 features"):
        nn.Recipe(model="cnn").build_model(data)
    with pytest.raises(ValueError, match="augment for vectors of 2 features"):
        nn.DataLoader(data, augment=nn.Augmentation(shift=0.1))


def test_classes_have_names() -> None:
    assert small().class_names == ("0", "1", "2")
    assert nn.load_digits()[0][:3].noun == "digit"
    assert (small().noun, nn.Dataset(np.zeros((1, 2)), np.zeros(1, int)).noun) == ("image", "point")
    with pytest.raises(DataError, match="got 2 class names for 10 classes"):
        nn.Dataset(np.zeros((1, 2)), np.zeros(1, int), class_names=("a", "b"))
    with pytest.raises(DataError, match="not finite"):
        nn.Dataset(np.full((1, 2), np.nan), np.zeros(1, int))


@pytest.mark.parametrize("labels", [[0, 10], [-1, 0]])
def test_labels_out_of_range_are_refused(labels: list[int]) -> None:
    with pytest.raises(LabelError, match=r"got labels from .* expected 0 to 9"):
        nn.Dataset(np.zeros((2, 2, 2), np.uint8), np.array(labels))
    with pytest.raises(LabelError, match="expected 0 to 9"):
        nn.CrossEntropyLoss()(np.zeros((2, 10)), np.array(labels))
    with pytest.raises(LabelError, match="dtype float64, expected integers"):
        nn.NLLLoss()(np.zeros((2, 10)), np.array(labels, float))


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_idx_files_are_read(compress: type) -> None:
    images = np.random.default_rng(0).integers(0, 256, (12, 5, 4))
    data = nn.load_idx(compress(idx(images)), compress(idx(np.arange(12) % 10)))
    np.testing.assert_array_equal(data.images, images)
    np.testing.assert_array_equal(data.labels, np.arange(12) % 10)


GOOD = idx(np.zeros((2, 3, 3)))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "got first bytes none"),
        (b"PNG....", "not an IDX file"),
        (GOOD[:-1], "cut short or damaged"),
        (GOOD[:9], "expected a header of 16"),
        (GOOD + b"x", "got 35 bytes or more, expected 34"),
        (gzip.compress(GOOD)[:-6], "gzip data is damaged"),
    ],
)
def test_damaged_idx_files_say_so(content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parse_idx(content)


def test_exchanged_idx_files_are_noticed() -> None:
    with pytest.raises(DataError, match="exchanged"):
        nn.load_idx(idx(np.zeros(2)), GOOD)


def test_own_data_from_npz() -> None:
    images = np.random.default_rng(0).random((20, 6, 5))
    train, test = nn.load_npz(npz(images=images, labels=np.arange(20) % 4))
    assert (len(train), len(test), train.image_shape) == (16, 4, (6, 5))
    keras = npz(x_train=GRID, y_train=np.arange(6), x_test=GRID[:2], y_test=np.arange(2))
    train, test = nn.load_npz(keras)
    assert (len(train), len(test)) == (6, 2)


GRID = np.zeros((6, 4, 4), np.uint8)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"nonsense", "not a readable .npz"),
        (npz(pictures=GRID), r"got arrays \['pictures'\], expected images and labels"),
        (npz(images=GRID, labels=np.zeros(5, int)), "6 images and labels"),
        (npz(images=np.float64(1), labels=np.int64(1)), "0 images and labels"),
        (
            npz(images=GRID, labels=np.full(6, 10**9)),
            "got labels from .* expected 0 to 999",
        ),
        (npz(images=GRID, labels=np.zeros(6)), "dtype float64, expected integers"),
        (npz(images=GRID[:, 0], labels=np.zeros(6, int)), "expected numbers of shape"),
        (npz(images=GRID + 3.5, labels=np.zeros(6, int)), "pixels from 3.5 to 3.5, expected 0 to 1"),
        (
            npz(images=GRID.astype(int) + 300, labels=np.zeros(6, int)),
            "pixels from 300 to 300, expected 0 to 255",
        ),
        (npz(images=GRID, labels=np.array([{}] * 6)), "not a readable .npz"),
    ],
)
def test_unfit_npz_files_say_why(content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        nn.load_npz(content)


def test_missing_files_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"NNCORE_DATA.*--download"):
        nn.load_mnist(tmp_path)
    with pytest.raises(DataError, match=r"none\.npz: no such file"):
        nn.load_npz(tmp_path / "none.npz", "none.npz")


def fake_mnist(folder: Path) -> dict[str, bytes]:
    """Four files in MNIST's places, with ten images each; returns their uncompressed contents."""
    folder.mkdir(parents=True)
    contents = {name: idx(np.zeros((10, 28, 28)) if "images" in name else np.arange(10)) for name in FILES}
    for name, content in contents.items():
        (folder / name).write_bytes(gzip.compress(content))
    return contents


def test_mnist_is_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = fake_mnist(tmp_path / "mnist")
    with pytest.raises(DataError, match=r"got sha256 .* expected ba89.*fetch the file again"):
        nn.load_mnist(tmp_path)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    monkeypatch.setattr(MNIST, "digests", digests)
    monkeypatch.setenv("NNCORE_DATA", str(tmp_path))
    train, test = nn.load_mnist()
    assert (len(train), len(test), train.name) == (10, 10, "mnist")


@pytest.mark.parametrize("published", [FASHION_MNIST, KMNIST], ids=lambda published: published.name)
def test_sets_like_mnist_bring_the_names_of_their_classes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, published: Published
) -> None:
    monkeypatch.delenv("NNCORE_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(DataError, match=f"{published.title} was not found.*{published.origin}"):
        nn.load_data(published.name, download=False)
    with pytest.raises(DataError, match="cannot be fetched by nncore"):
        nn.load_data(published.name, download=True)
    assert "digits" in at_hand()
    assert published.name not in at_hand()
    fake_mnist(tmp_path / published.name)
    train, test = nn.load_data(published.name, tmp_path)
    assert (train.name, len(set(train.class_names)), train.noun) == (published.name, 10, published.noun)
    assert test.class_names == published.class_names
    assert published.find(tmp_path / published.name) is not None
    assert {"digits", published.name} <= set(at_hand(tmp_path))


def test_a_folder_of_another_name_is_not_taken_for_a_set_without_digests(tmp_path: Path) -> None:
    fake_mnist(tmp_path / "mnist")
    assert FASHION_MNIST.find(tmp_path / "mnist") is None
    assert MNIST.find(tmp_path / "mnist") == tmp_path / "mnist"


def test_data_of_ones_own_may_be_vectors_with_named_classes() -> None:
    points = np.random.default_rng(0).standard_normal((20, 3))
    content = npz(images=points, labels=np.arange(20) % 2, class_names=np.array(["no", "yes"]))
    train, test = nn.load_npz(content)
    assert (train.sample_shape, train.num_classes, test.class_names) == ((3,), 2, ("no", "yes"))
    assert nn.load_npz(npz(images=GRID / 3, labels=np.arange(6)))[0].samples.dtype == np.float32
    with pytest.raises(DataError, match=r"class_names of shape \(2,\) and dtype int64, expected a text"):
        nn.load_npz(npz(images=points, labels=np.arange(20) % 2, class_names=np.arange(2)))
    with pytest.raises(LabelError, match="expected 0 to 1"):
        nn.load_npz(npz(images=points, labels=np.arange(20) % 3, class_names=np.array(["no", "yes"])))


@pytest.mark.parametrize("damage", [b"", b"\x1f\x8b", b"no gzip", gzip.compress(bytes(range(256)) * 9)])
def test_a_damaged_mnist_file_is_named(tmp_path: Path, damage: bytes) -> None:
    fake_mnist(tmp_path / "mnist")
    name = next(iter(FILES))
    # Inside the compressed data, where zlib rather than gzip notices.
    (tmp_path / "mnist" / name).write_bytes(damage[:10] + b"\xff" * 9 + damage[19:])
    with pytest.raises(DataError, match=f"{name}: .*fetch the file again"):
        nn.load_mnist(tmp_path)


def test_download_verifies_and_tries_the_next_mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = fake_mnist(tmp_path / "source")
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    monkeypatch.setattr(MNIST, "digests", digests)
    good, bad = (tmp_path / "source").as_uri() + "/", (tmp_path / "nowhere").as_uri() + "/"
    monkeypatch.setattr(MNIST, "mirrors", (bad, good))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("NNCORE_DATA", raising=False)
    assert len(nn.load_mnist(download=True)[0]) == 10
    assert len(nn.load_mnist()[0]) == 10  # from the cache
    monkeypatch.setattr(MNIST, "mirrors", (bad,))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))
    with pytest.raises(DataError, match=r"could not be fetched .* by hand"):
        nn.load_mnist(download=True)


@pytest.mark.parametrize(("drop_last", "sizes"), [(False, [4, 4, 2]), (True, [4, 4])])
def test_batches_cover_the_data_once(drop_last: bool, sizes: list[int]) -> None:
    loader = nn.DataLoader(small(), 4, shuffle="epoch", drop_last=drop_last, seed=3)
    batches = list(loader)
    assert len(loader) == len(batches)
    assert [len(y) for _, y in batches] == sizes
    seen = np.concatenate([x[:, 0, 0, 0] for x, _ in batches])
    assert len(set(seen.tolist())) == sum(sizes)
    assert batches[0][0].shape == (4, 1, 2, 2)


def test_order_depends_on_seed_and_epoch_alone() -> None:
    def order(shuffle: str, seed: int, epoch: int) -> list[float]:
        loader = nn.DataLoader(small(), 3, shuffle=shuffle, seed=seed)
        return np.concatenate([x[:, 0, 0, 0] for x, _ in loader.epoch(epoch)]).tolist()

    assert order("epoch", 1, 2) == order("epoch", 1, 2)
    assert order("epoch", 1, 2) != order("epoch", 1, 3)
    assert order("epoch", 1, 2) != order("epoch", 2, 2)
    assert order("once", 1, 0) == order("once", 1, 7) == order("epoch", 1, 0)
    assert order("never", 1, 5) == sorted(order("never", 1, 5))


def test_iterating_again_brings_the_next_order() -> None:
    def seen(batches: object) -> list[float]:
        return [value for x, _ in batches for value in x[:, 0, 0, 0].tolist()]

    loader = nn.DataLoader(small(), 3, shuffle="epoch", seed=1)
    first, second = seen(loader), seen(loader)
    assert first != second
    assert sorted(first) == sorted(second)
    assert (first, second) == (seen(loader.epoch(0)), seen(loader.epoch(1)))


def test_the_order_of_a_seed_is_the_same_everywhere() -> None:
    """Fixed figures: a change would break every link and every comparison between machines."""
    loader = nn.DataLoader(small(), 10, shuffle="epoch", seed=42)
    np.testing.assert_array_equal(loader.indices(0, 0), [5, 6, 0, 7, 3, 2, 4, 9, 1, 8])
    weights = nn.Recipe(hidden=(3,), seed=42).build_model(nn.load_digits()[0])[1].weight.data
    np.testing.assert_allclose(weights[0], [-0.16631752, -0.12598008, 0.22530758], rtol=1e-6)


@pytest.mark.parametrize("batch_size", [3, 40, 600])
def test_an_augmented_batch_is_the_same_whenever_it_is_asked_for(batch_size: int) -> None:
    """Several are made at once; neither where one begins nor what is done to those before may show."""

    def loader(**strengths: float) -> nn.DataLoader:
        augment = nn.Augmentation(**strengths)
        return nn.DataLoader(data, batch_size, shuffle="epoch", augment=augment, seed=5)

    data = nn.load_digits()[0]
    one_by_one = loader(rotate=20)
    batches = [x.copy() for x, _ in one_by_one.epoch(1)]
    assert sum(map(len, batches)) == len(data)
    assert [len(x) for x in batches[:-1]] == [batch_size] * (len(batches) - 1)
    for step in reversed(range(len(batches))):
        np.testing.assert_array_equal(loader(rotate=20).batch(1, step)[0], batches[step])
        x, _ = one_by_one.batch(1, step)
        np.testing.assert_array_equal(x, batches[step])
        x[...] = 7  # what a layer of one's own may do
    assert (one_by_one.batch(2, 1)[0] != batches[1]).any()
    one_by_one.augment = loader(rotate=2).augment  # while it runs
    np.testing.assert_array_equal(one_by_one.batch(2, 2)[0], loader(rotate=2).batch(2, 2)[0])


def test_an_augmentation_of_ones_own_is_given_each_batch_by_itself() -> None:
    sizes = []

    def augment(images: Array, rng: np.random.Generator) -> Array:
        sizes.append(len(images))
        return images + rng.integers(100)  # the same for all of a batch

    class Own(nn.Augmentation):
        def __call__(self, images: Array, rng: np.random.Generator) -> Array:
            return augment(images, rng)

    for own in (augment, Own(rotate=20)):
        sizes.clear()
        batches = list(nn.DataLoader(small(), 4, augment=own))
        assert sizes == [4, 4, 2]
        assert len({int(x.min()) for x, _ in batches}) == 3


def test_large_images_are_augmented_few_at_a_time() -> None:
    """All of several batches would fill a browser's memory, and hold the page for seconds."""
    images = np.random.default_rng(0).random((64, 512, 512), np.float32)
    loader = nn.DataLoader(
        nn.Dataset(images, np.zeros(64, int), "large"), 2, augment=nn.Augmentation(rotate=9)
    )
    tracemalloc.start()
    x, _ = loader.batch(0, 0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(x) == 2
    assert peak < 12 * x.nbytes


@pytest.mark.parametrize(
    ("options", "message"), [({"batch_size": 0}, "batch_size=0"), ({"shuffle": "often"}, "'often'")]
)
def test_impossible_loaders_are_refused(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        nn.DataLoader(small(), **options)


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, None])
def test_impossible_seeds_are_refused(seed: int) -> None:
    with pytest.raises(ValueError, match=f"seed: got {seed}, expected a whole number from 0 to 4294967295"):
        nn.DataLoader(small(), seed=seed)


def test_asking_beyond_the_last_batch_is_an_error() -> None:
    with pytest.raises(IndexError, match="got batch 3, expected 0 to 2"):
        nn.DataLoader(small(), 4).batch(0, 3)
