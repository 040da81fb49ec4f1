// What Panel hands to a component's `render`; see panel.custom.JSComponent.

/** The Python half: its parameters as properties, and two ways to talk. */
export type Model<Parameters> = Parameters & {
  /** Call back whenever one of these parameters changes, or when the component is removed. */
  on(events: Event<Parameters> | Event<Parameters>[], callback: () => void): void;
  /** Send a command to Python's `on_msg`; commands are never merged. */
  send_msg(data: unknown): void;
};
type Event<Parameters> = (keyof Parameters & string) | "remove";

export interface Component<Parameters> {
  model: Model<Parameters>;
  /** Empty, inside a shadow root; `render` fills it. */
  el: HTMLElement;
}

/** A NumPy array of uint8, as Bokeh delivers it. */
export type Bytes = Uint8Array & {shape: number[]};
