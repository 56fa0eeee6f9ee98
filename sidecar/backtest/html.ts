/** A page that needs nothing else and runs nothing: its frame, its look, and what makes text safe in it. */

/** A whole document; `title` and `body` are HTML. No script, no font, no picture is loaded. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

/** For text and for values of attributes in quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2024, #e6e8ea); --dim: light-dark(#60666d, #9aa2ab);
  --paper: light-dark(#fff, #16191d); --line: light-dark(#dfe3e8, #31373f); --accent: light-dark(#0b62c4, #6db1ff);
  --warn: light-dark(#9a4a00, #ffb168); }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 0; } small { color: var(--dim); font-weight: 400; }
.note, figcaption, dt { color: var(--dim); font-size: 0.85rem; } .warning { color: var(--warn); white-space: pre-wrap; }
.means { display: flex; flex-wrap: wrap; gap: 0.75rem 2rem; } .means dd { margin: 0; font-size: 1.4rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 0.85rem; }
th, td { text-align: left; padding: 0.3rem 0.5rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
.n { font-variant-numeric: tabular-nums; } a { color: var(--accent); }
svg { width: 100%; max-width: 640px; height: auto; display: block; } svg text { font-size: 10px; fill: var(--dim); }
.grid { stroke: var(--line); } .oracle { stroke: var(--dim); stroke-dasharray: 4 4; } .switch { stroke: var(--warn); }
.band { fill: var(--accent); opacity: 0.18; } .curve { fill: none; stroke: var(--accent); stroke-width: 2; }
summary { cursor: pointer; margin: 0.3rem 0; } .example { display: grid; gap: 0.5rem; margin: 0.5rem 0 1.5rem;
  grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); } .example p { grid-column: 1 / -1; margin: 0; }
figure { margin: 0; min-width: 0; } pre { margin: 0.2rem 0 0; padding: 0.5rem; overflow-x: auto; font-size: 12px;
  border: 1px solid var(--line); border-radius: 4px; tab-size: 4; }
.lead { font-size: 1.35rem; line-height: 1.35; max-width: 36em; margin: 0.5rem 0 1.5rem; } header h1 { margin: 0; }
header .note { margin: 0; } .means small { display: block; font-size: 0.8rem; } svg .label { fill: var(--ink); }
svg.wide { max-width: 820px; min-width: 460px; } svg.wide text { font-size: 12px; }
svg.square { max-width: 360px; } .axis { stroke: var(--dim); } .bar { fill: var(--accent); opacity: 0.45; }
.bar.strong { opacity: 0.9; } .whisker { stroke: var(--ink); stroke-width: 1.5; }
.mark { stroke: var(--warn); stroke-width: 3; } .dot { fill: var(--accent); opacity: 0.7; }
.curve.frozen { stroke: var(--dim); stroke-dasharray: 5 4; } .band.frozen { fill: var(--dim); }
.examples { display: grid; gap: 1.25rem 2rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); }
article { min-width: 0; } article p { margin: 0; overflow-wrap: anywhere; } article figure { margin-top: 0.35rem; }
article pre { white-space: pre-wrap; overflow-wrap: anywhere; } .before { color: var(--dim); }
b.shown { color: var(--warn); font-weight: 600; } b.written { color: var(--accent); font-weight: 600; }
`;
