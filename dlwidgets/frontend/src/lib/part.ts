/** A piece of the page that is brought up to date before a repaint. */

export interface Part {
  readonly el: HTMLElement;
  update(): void;
}
