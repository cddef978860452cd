"""The Jupyter kernel: the only part of the package that knows how it works inside.

Importing this loads neither IPython, nor ipykernel, nor zmq: a plain script gets by without.
"""

from dlwidgets.kernel.display import LiveOutput
from dlwidgets.kernel.environment import environment
from dlwidgets.kernel.interrupts import Interrupts
from dlwidgets.kernel.pump import Pump

__all__ = ["Interrupts", "LiveOutput", "Pump", "environment"]
