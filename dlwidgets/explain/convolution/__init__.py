"""Convolution and pooling as arithmetic: sizes, rules, matrices, code; no widget needed.

The browser computes the same in `frontend/src/widgets/conv_explorer/arithmetic`; tests hold both
against torch.
"""

from dlwidgets.explain.convolution.build import layer, torch_says
from dlwidgets.explain.convolution.code import code, functional_code
from dlwidgets.explain.convolution.matrix import counts, matrix
from dlwidgets.explain.convolution.nearest import nearest_valid
from dlwidgets.explain.convolution.parse import parse
from dlwidgets.explain.convolution.read import of_module
from dlwidgets.explain.convolution.rules import Problem, problems
from dlwidgets.explain.convolution.setting import Setting
from dlwidgets.explain.convolution.size import left_out, output_size

__all__ = [
    "Problem",
    "Setting",
    "code",
    "counts",
    "functional_code",
    "layer",
    "left_out",
    "matrix",
    "nearest_valid",
    "of_module",
    "output_size",
    "parse",
    "problems",
    "torch_says",
]
