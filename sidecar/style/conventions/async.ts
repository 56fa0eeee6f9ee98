/** Waiting: `await` or callbacks, and how its result is taken. */
import { attribute, type Subject } from "./subject.ts";
import type { SourceView } from "./view.ts";

export const asynchrony: Subject = {
  attributes: [
    attribute("typescript", "async-form", "promises", { await: "`await`", then: "`.then()`" }, { salience: 1.5 }),
    attribute(
      "csharp",
      "async-form",
      "tasks",
      { await: "`await`", blocking: "`.Result`, `.Wait()`" },
      { salience: 1.5 },
    ),
    attribute("csharp", "configure-await", "awaited tasks", {
      configured: "with `ConfigureAwait(false)`",
      plain: "without `ConfigureAwait`",
    }),
  ],
  visitors: {
    typescript: [
      {
        await_expression: (view, node) => view.site("async-form", "await", node),
        call_expression: (view, node) => {
          const callee = view.firstChild(node)!;
          if (view.type(callee) === "member_expression" && view.hasText(view.lastChild(callee), "then")) {
            view.site("async-form", "then", view.lastChild(callee)!);
          }
        },
      },
    ],
    csharp: [{ await_expression: csharpAwait, member_access_expression: blocking }],
  },
};

function csharpAwait(view: SourceView, node: number): void {
  view.site("async-form", "await", node);
  // Tests have no context to come back to.
  if (view.isTest) return;
  const isConfigured = /\.ConfigureAwait\(\s*(?:continueOnCapturedContext:\s*)?false\s*\)$/.test(
    view.textOf(view.lastChild(node)),
  );
  view.site("configure-await", isConfigured ? "configured" : "plain", node);
}

function blocking(view: SourceView, node: number): void {
  const name = view.textOf(view.lastChild(node));
  const target = view.textOf(view.firstChild(node));
  if (name === "GetResult" || (/^(?:Result|Wait)$/.test(name) && /(?:Async\([^]*\)|[tT]ask)$/.test(target))) {
    view.site("async-form", "blocking", view.lastChild(node)!);
  }
}
