"""MNIST and two sets made in its image: 60,000 training and 10,000 test images of 28x28 pixels, 0 to 255."""

from __future__ import annotations

from pathlib import Path

from nncore.data.dataset import Dataset
from nncore.data.published import Published
from nncore.data.sets import DATASETS

#: Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits", 1998.
MNIST = Published(
    "mnist",
    "MNIST",
    "https://github.com/cvdfoundation/mnist",
    "MNIST: digits by census workers and students, scaled to 20 × 20 pixels and centred in 28 × 28.",
    noun="digit",
    digests={
        "train-images-idx3-ubyte.gz": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "train-labels-idx1-ubyte.gz": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "t10k-images-idx3-ubyte.gz": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "t10k-labels-idx1-ubyte.gz": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
)

#: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine learning
#: algorithms", 2017, MIT licence.
FASHION_MNIST = Published(
    "fashion-mnist",
    "Fashion-MNIST",
    "https://github.com/zalandoresearch/fashion-mnist",
    "Fashion-MNIST: photographs of garments from a shop's catalogue, shrunk to 28 × 28 pixels and made grey.",
    noun="garment",
    class_names=(
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
        "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ),
)  # fmt: skip

#: T. Clanuwat et al., "Deep learning for classical Japanese literature", 2018; "KMNIST Dataset" by ROIS-DS
#: Center for Open Data in the Humanities, CC BY-SA 4.0.  Cursive hiragana, one of each row of the syllabary.
KMNIST = Published(
    "kmnist",
    "Kuzushiji-MNIST",
    "https://codh.rois.ac.jp/kmnist/",
    "Kuzushiji-MNIST: cursive Japanese characters from books of the 18th century and older, 28 × 28 pixels.",
    noun="character",
    class_names=(
        "お o", "き ki", "す su", "つ tsu", "な na", "は ha", "ま ma", "や ya", "れ re", "を wo",
    ),
)  # fmt: skip

DATASETS.add("mnist", "MNIST, 28x28")(MNIST)
DATASETS.add("fashion-mnist", "Fashion-MNIST, 28x28")(FASHION_MNIST)
DATASETS.add("kmnist", "Kuzushiji-MNIST, 28x28")(KMNIST)


def load_mnist(folder: str | Path | None = None, *, download: bool = False) -> tuple[Dataset, Dataset]:
    """MNIST as (train, test); see `Published.load`."""
    return MNIST.load(folder, download=download)
