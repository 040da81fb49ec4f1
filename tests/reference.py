"""One set of computations, carried out by nncore and by PyTorch.

`python -m tests.reference` (needs PyTorch) writes PyTorch's figures to `unit/reference.npz`, so that the
comparison also runs where PyTorch is not installed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

import nncore as nn

FIGURES = Path(__file__).parent / "unit" / "reference.npz"
Figures = dict[str, np.ndarray]

LABELS = np.array([0, 2, 1, 2, 0, 1])
STEPS = 12
OPTIMIZERS: dict[str, dict] = {
    "SGD": {"lr": 0.05},
    "SGD momentum": {"lr": 0.05, "momentum": 0.9},
    "SGD momentum decay": {"lr": 0.05, "momentum": 0.8, "weight_decay": 0.01},
    "SGD nesterov": {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
    "Adam": {"lr": 0.01},
    "Adam decay": {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-6, "weight_decay": 0.1},
    "AdamW": {"lr": 0.01, "weight_decay": 0.1},
}
LOSSES: dict[str, tuple[str, dict]] = {
    "cross-entropy": ("CrossEntropyLoss", {}),
    "cross-entropy, smoothed": ("CrossEntropyLoss", {"label_smoothing": 0.2}),
    "NLL": ("NLLLoss", {}),
}


def numbers(seed: int, *shape: int) -> np.ndarray:
    """Fixed normal numbers."""
    return np.random.Generator(np.random.PCG64(seed)).standard_normal(shape)


IMAGES = numbers(0, 6, 2, 9, 8)


def ours_network() -> nn.Sequential:
    """A network with every kind of layer, in float64 with fixed weights."""
    model = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 4, 3, padding=1, groups=4),
        nn.Conv2d(4, 4, 3, padding=1, groups=2),
        nn.Conv2d(4, 5, 3, stride=2, padding=2),
        nn.LeakyReLU(0.1),
        nn.MaxPool2d(2, stride=1),
        nn.Flatten(),
        nn.Linear(20, 8),
        nn.BatchNorm1d(8),
        nn.Tanh(),
        nn.Linear(8, 6),
        nn.Sigmoid(),
        nn.Linear(6, 3),
    )
    model.to(np.float64)
    for index, parameter in enumerate(model.parameters()):
        parameter.data[...] = 0.5 * numbers(index + 1, *parameter.data.shape)
    return model


def ours() -> Figures:
    """All figures by nncore."""
    figures: Figures = {}
    model = ours_network()
    for name, (kind, options) in LOSSES.items():
        criterion = getattr(nn, kind)(**options)
        chain = nn.Sequential(model, nn.LogSoftmax()) if kind == "NLLLoss" else model
        output = chain(IMAGES)
        model.zero_grad()
        figures[f"{name}: loss"] = np.array(criterion(output, LABELS))
        figures[f"{name}: input gradient"] = chain.backward(criterion.backward())
        figures |= {f"{name}: {key} gradient": to_torch(p.grad) for key, p in model.named_parameters()}
    model.eval()
    figures["evaluation"] = model(IMAGES)
    softmax = nn.Sequential(nn.Linear(4, 3), nn.Softmax())
    softmax.to(np.float64)
    softmax.load_state_dict({"0.weight": numbers(3, 4, 3), "0.bias": numbers(4, 3)})
    criterion = nn.MSELoss()
    figures["MSE: loss"] = np.array(criterion(softmax(numbers(5, 6, 4)), LABELS))
    figures["MSE: input gradient"] = softmax.backward(criterion.backward())
    for name, options in OPTIMIZERS.items():
        model, criterion = ours_network(), nn.CrossEntropyLoss()
        optimizer = getattr(nn, name.split()[0])(model.parameters(), **options)
        for _ in range(STEPS):
            figures[f"{name}: loss"] = np.array(criterion(model(IMAGES), LABELS))
            optimizer.zero_grad()
            model.backward_params(criterion.backward())
            optimizer.step()
        figures |= {f"{name}: {key}": to_torch(p.data) for key, p in model.named_parameters()}
    return figures


def to_torch(array: np.ndarray) -> np.ndarray:
    """A weight of nncore in PyTorch's orientation."""
    return (array.transpose(3, 2, 0, 1) if array.ndim == 4 else array.T).copy()


def theirs() -> Figures:
    """All figures by PyTorch."""
    import torch

    def tensor(array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(array))

    def network() -> torch.nn.Sequential:
        t = torch.nn
        model = t.Sequential(
            *(t.Conv2d(2, 4, 3, padding=1), t.ReLU(), t.MaxPool2d(2)),
            *(t.Conv2d(4, 4, 3, padding=1, groups=4), t.Conv2d(4, 4, 3, padding=1, groups=2)),
            *(t.Conv2d(4, 5, 3, stride=2, padding=2), t.LeakyReLU(0.1), t.MaxPool2d(2, stride=1)),
            *(t.Flatten(), t.Linear(20, 8), t.BatchNorm1d(8), t.Tanh()),
            *(t.Linear(8, 6), t.Sigmoid(), t.Linear(6, 3)),
        ).double()
        with torch.no_grad():
            for parameter, own in zip(model.parameters(), ours_network().parameters(), strict=True):
                parameter.copy_(tensor(to_torch(own.data)))
        return model

    figures: Figures = {}
    labels, model = tensor(LABELS), network()
    for name, (kind, options) in LOSSES.items():
        criterion = getattr(torch.nn, kind)(**options)
        images = tensor(IMAGES).requires_grad_()
        output = model(images)
        model.zero_grad()
        loss = criterion(torch.log_softmax(output, 1) if kind == "NLLLoss" else output, labels)
        loss.backward()
        figures[f"{name}: loss"] = loss.detach().numpy()
        figures[f"{name}: input gradient"] = images.grad.numpy()
        figures |= {f"{name}: {key} gradient": p.grad.numpy().copy() for key, p in model.named_parameters()}
    model.eval()
    figures["evaluation"] = model(tensor(IMAGES)).detach().numpy()
    x = tensor(numbers(5, 6, 4)).requires_grad_()
    output = torch.softmax(x @ tensor(numbers(3, 4, 3)) + tensor(numbers(4, 3)), 1)
    loss = torch.nn.functional.mse_loss(output, torch.nn.functional.one_hot(labels, 3).double())
    loss.backward()
    figures["MSE: loss"], figures["MSE: input gradient"] = loss.detach().numpy(), x.grad.numpy()
    for name, options in OPTIMIZERS.items():
        model = network()
        optimizer = getattr(torch.optim, name.split()[0])(model.parameters(), **options)
        for _ in range(STEPS):
            loss = torch.nn.functional.cross_entropy(model(tensor(IMAGES)), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            figures[f"{name}: loss"] = loss.detach().numpy()
        figures |= {f"{name}: {key}": p.detach().numpy().copy() for key, p in model.named_parameters()}
    return figures


if __name__ == "__main__":
    np.savez_compressed(FIGURES, **theirs())
    print(f"wrote {FIGURES}")
