/** A widget shown inside another one: both are Jupyter's models, and its manager knows them. */

/** What Jupyter's widget manager makes of a model: a place on the page. */
export interface ChildView {
  readonly el: HTMLElement;
  remove(): void;
  trigger?(event: string): void;
}

/** The part of Jupyter's widget manager that is needed; anywidget hands it to every view. */
export interface Manager {
  get_model(id: string): Promise<object>;
  create_view(model: object): Promise<ChildView>;
}

const PREFIX = "IPY_MODEL_";

/** Finds the manager of a model; hosts without Jupyter's widgets have none. */
function managerOf(model: object): Manager {
  const { widget_manager } = model as { widget_manager?: Manager };
  if (widget_manager) return widget_manager;
  throw new Error("this page has no Jupyter widget manager");
}

/** Makes a view of the model that `reference` (`IPY_MODEL_` and its id) names. */
export async function childView(model: object, reference: string): Promise<ChildView> {
  const manager = managerOf(model);
  const child = await manager.get_model(reference.slice(PREFIX.length));
  return await manager.create_view(child);
}

/** Puts a view on the page, and tells it so: Lumino would, if it had done this. */
export function attach(place: HTMLElement, view: ChildView): void {
  place.replaceChildren(view.el);
  view.trigger?.("displayed");
}
