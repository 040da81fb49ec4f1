"""Code of one's own in place of nncore's parts: run, checked, and built into a network.

>>> from nncore import custom, load_digits, Recipe
>>> text = '''
... class Square(Module):
...     is_activation = True
...     def forward(self, x):
...         self.x = x
...         return x * x
...     def backward_input(self, grad_output):
...         return grad_output * 2 * self.x
... '''
>>> program = custom.Program(text).run()
>>> [finding.ok for finding in custom.check(program, Recipe())]
[True]
>>> train, test = load_digits()
>>> trainer = custom.build_trainer(Recipe(hidden=(32,)), program, train, test)
>>> trainer.model[2]
Square()

What a text may define is told in `nncore.custom.parts`.  It can do whatever Python can: run no text that you
have not read.
"""

from nncore.custom.build import apply_live, build_criterion, build_model, build_trainer
from nncore.custom.checks import Finding, check, findings
from nncore.custom.errors import CodeError, TimeLimitError, explain
from nncore.custom.limit import time_limit
from nncore.custom.originals import original, original_named
from nncore.custom.output import Output, Printed, Shown, show
from nncore.custom.parts import Part, Parts, find_parts
from nncore.custom.program import Program

__all__ = [
    "CodeError",
    "Finding",
    "Output",
    "Part",
    "Parts",
    "Printed",
    "Program",
    "Shown",
    "TimeLimitError",
    "apply_live",
    "build_criterion",
    "build_model",
    "build_trainer",
    "check",
    "explain",
    "find_parts",
    "findings",
    "original",
    "original_named",
    "show",
    "time_limit",
]
