"""Cells that the tests share."""

SETUP = """\
%load_ext dlwidgets
import json, torch; from torch import nn
torch.set_num_threads(1)
data = dlwidgets.data.digits()
model = nn.Sequential(nn.Flatten(), nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)"""

# Makes a used kernel like new, but for the modules it has imported.
ANEW = """\
get_ipython().extension_manager.unload_extension("dlwidgets")
for name in get_ipython().run_line_magic("who_ls", ""): del globals()[name]
"""

PASS = """\
    for x, y in data.loader(64):
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad(); loss.backward(); optimizer.step()"""

ENDLESS = f"%%train\nwhile True:\n{PASS}"
SHORT = f"%%train\nfor epoch in range(2):\n{PASS}"

# Ends by itself as soon as the optimizer has another rate, and says which.
UNTIL_TURNED = f"""\
%%train
for epoch in range(2000):
{PASS}
    if optimizer.param_groups[0]["lr"] != 0.01:
        break
print("seen", optimizer.param_groups[0]["lr"])"""

# Waits for `Notebook.pass_gate`, so that the cells below it are all in the kernel's queue.
GATE = """\
import pathlib
while not pathlib.Path("gate").exists(): pass"""

# Cells that print JSON, for `Notebook.ask`.
EVENTS = "print(json.dumps([[e.kind, e.step, e.name, e.old, e.new] for e in run.events]))"
RATE = 'print(optimizer.param_groups[0]["lr"])'
STATE = "print(json.dumps(run.state))"
STEPS = "print(run.steps)"

# The page and its widgets, as JavaScript.
MODELS = """\
async () => {
  const { rendermime } = jupyterapp.shell.currentWidget.content;
  const renderer = rendermime.createRenderer("application/vnd.jupyter.widget-view+json");
  const manager = await renderer._manager.promise;
  renderer.dispose();
  return Object.keys(manager._models).length;
}"""
