export const PAD_STYLE = `
  :host {display: block; color: var(--text); font: var(--fs-m)/1.4 var(--font)}
  .sheet {position: relative; aspect-ratio: 1; max-width: 360px; margin: 0 auto; border: 1px solid var(--line);
          border-radius: var(--radius); overflow: hidden; background: var(--surface)}
  .sheet.over {border-color: var(--accent); box-shadow: 0 0 0 2px var(--accent)}
  .ink {display: block; width: 100%; height: 100%; color: var(--text); touch-action: none; cursor: crosshair;
        user-select: none; -webkit-user-select: none; -webkit-touch-callout: none}
  .ink:focus-visible {outline: 3px solid var(--accent); outline-offset: -3px; border-radius: var(--radius)}
  .hint {position: absolute; inset: 0; display: grid; place-items: center; margin: 0; color: var(--muted);
         font-size: var(--fs-l); pointer-events: none}
  .hint[hidden], .cursor[hidden] {display: none}
  .cursor {position: absolute; width: 14px; height: 14px; margin: -7px 0 0 -7px; border-radius: 50%;
           border: 2px solid var(--accent); pointer-events: none}
  .cursor.down {background: var(--accent)}
  .tools {display: flex; flex-wrap: wrap; gap: var(--space-2); justify-content: center; align-items: center;
          margin-top: var(--space-3)}
  button, select, .file {font: inherit; color: var(--text); background: var(--surface-2); padding: 6px 12px;
          border: 1px solid var(--line); border-radius: 7px; min-height: 36px; box-sizing: border-box; cursor: pointer}
  button:hover:enabled, .file:hover {border-color: var(--accent)}
  button:disabled {color: var(--muted); cursor: default}
  button[aria-pressed="true"] {background: var(--accent); color: var(--accent-text); border-color: var(--accent)}
  button:focus-visible, select:focus-visible, .file:focus-within {outline: 2px solid var(--accent); outline-offset: 2px}
  .file {position: relative; overflow: hidden; display: inline-flex; align-items: center}
  .file input {position: absolute; inset: 0; opacity: 0; cursor: pointer; font-size: 0}
  @media (pointer: coarse) {.keys {display: none}}
  .aside {margin: var(--space-2) 0 0; color: var(--muted); font-size: var(--fs-s); text-align: center}
  .problem {margin: var(--space-2) 0 0; color: var(--bad)}
  .problem:empty {display: none}
  .unseen {position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)}
`;
