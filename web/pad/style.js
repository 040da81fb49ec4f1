// The sketch pad's look.
export const PAD_STYLE = `
  .sheet {position: relative; aspect-ratio: 1; max-width: 360px; margin: 0 auto; border: 1px solid var(--edge);
          border-radius: var(--radius); overflow: hidden; background: var(--surface)}
  .sheet.over {border-color: var(--accent); box-shadow: 0 0 0 2px var(--accent)}
  .ink {display: block; width: 100%; height: 100%; color: var(--text); touch-action: none; cursor: crosshair;
        user-select: none; -webkit-user-select: none; -webkit-touch-callout: none}
  .ink:focus-visible {outline-width: 3px; outline-offset: -3px; border-radius: var(--radius)}
  .hint {position: absolute; inset: 0; display: grid; place-items: center; margin: 0; color: var(--muted);
         font-size: var(--fs-l); pointer-events: none}
  .cursor {position: absolute; width: 14px; height: 14px; margin: -7px 0 0 -7px; border-radius: 50%;
           border: 2px solid var(--accent); pointer-events: none}
  .cursor.down {background: var(--accent)}
  .tools {display: flex; flex-wrap: wrap; gap: 6px; justify-content: center; align-items: center; white-space: nowrap;
          margin-top: var(--space-2)}
  .together {display: flex; gap: 6px; align-items: center}
  .file {position: relative; overflow: hidden; display: inline-flex; align-items: center; min-height: 34px; padding: 5px 10px;
         border: 1px solid var(--edge); border-radius: 7px; background: var(--surface-2); cursor: pointer}
  .file:hover {border-color: var(--accent)}
  .file:focus-within {outline: 2px solid var(--accent); outline-offset: 1px}
  .file input {position: absolute; inset: 0; opacity: 0; cursor: pointer; font-size: 0}
  .sheet:not(:has(:focus-visible)) ~ .aside {display: none}
  .aside {margin: var(--space-2) 0 0; color: var(--muted); font-size: var(--fs-s); text-align: center}
  @media (min-width: 360px) and (max-width: 560px) {
    :has(> .sheet) {display: grid; grid-template-columns: minmax(0, 1fr) 118px; gap: 0 var(--space-2); align-items: start}
    :has(> .sheet) > :not(.sheet, .tools) {grid-column: 1 / -1}
    .sheet {width: 100%; margin: 0}
    .tools {display: grid; grid-template-columns: 1fr 1fr; margin: 0; font-size: var(--fs-s)}
    .together {display: contents}
    .tools > *, .file {padding-inline: 2px; justify-content: center}
    .tools label:not(.file) {display: grid; grid-column: 1 / -1; order: 1; justify-content: stretch}
    .tools select {padding-inline: 4px}
  }
  @media (pointer: coarse) {.keys {display: none} .file {min-height: 44px}}
  .problem {margin: var(--space-2) 0 0; color: var(--bad)}
  .problem:empty {display: none}
`;
