import assert from "node:assert/strict";
import test from "node:test";
import { Command } from "commander";
import { registerOutcomes } from "../../../sidecar/cli/outcomes.ts";
import type { OutcomeFit } from "../../../sidecar/outcome/fit.ts";
import type { ToldOutcome } from "../../../sidecar/learn/outcomes.ts";

const OUTCOME: ToldOutcome = {
  generationId: "g",
  score: 0.9512,
  verdict: "kept",
  tier: "premium",
  reasons: ["kept all of it", "committed"],
  tags: ["new code", "react"],
  path: "src/a.ts",
  languageId: "typescript",
  engine: "recall",
  shownAt: 1_700_000_000_000,
  text: "return total;",
  story: [
    { kind: "shown", at: 1_700_000_000_000, what: "shown" },
    { kind: "accepted", at: 1_700_000_001_500, what: "accepted" },
  ],
};

async function run(
  args: readonly string[],
  {
    outcomes = [OUTCOME],
    fit = { kind: "too few", samples: 3, committed: 1 },
  }: { outcomes?: ToldOutcome[]; fit?: OutcomeFit } = {},
): Promise<{ printed: string; status: number }> {
  let printed = "";
  let status = -1;
  const program = new Command();
  registerOutcomes(program, {
    common: (command) => command.option("--json"),
    withSidecar:
      (work) =>
      async (...given) => {
        const sidecar = {
          idle: () => Promise.resolve(),
          outcomes: (limit: number) => outcomes.slice(0, limit),
          fitOutcomes: () => fit,
        };
        status = await work(sidecar, given.at(-2) as { json?: boolean });
      },
    report: ({ json }, value, lines) => void (printed = json ? JSON.stringify(value) : lines().join("\n")),
    positive: Number,
    exit: { ok: 0, nothing: 3 },
  });
  await program.parseAsync(["node", "tacit", "outcomes", ...args]);
  return { printed, status };
}

test("lists outcomes with score, reasons and story", async () => {
  const { printed, status } = await run([]);
  assert.equal(status, 0);
  assert.equal(
    printed,
    [
      "2023-11-14T22:13:20.000Z  src/a.ts  return total;",
      "  0.95 kept, premium; new code, react",
      "  because: kept all of it; committed",
      "      +0.0 s  shown",
      "      +1.5 s  accepted",
    ].join("\n"),
  );
});

test("the number of them can be given, and all that is known comes as JSON", async () => {
  const { printed } = await run(["--json", "--limit", "1"], { outcomes: [OUTCOME, OUTCOME] });
  assert.deepEqual(JSON.parse(printed), { outcomes: [OUTCOME] });
  assert.equal((await run([], { outcomes: [] })).printed, "nothing is known yet");
});

test("the fit prints weights before and after, and how well each foretells", async () => {
  const fit: OutcomeFit = {
    kind: "fitted",
    samples: 240,
    committed: 180,
    weights: [{ name: "kept", before: 9, after: 7.456 }],
    before: { auc: 0.8, logLoss: 0.5 },
    after: { auc: 0.9, logLoss: 0.3 },
  };
  const { printed, status } = await run(["--fit"], { fit });
  assert.equal(status, 0);
  assert.match(printed, /240 accepted suggestions whose files were committed, 180 of them/);
  assert.match(printed, /kept +\+9\.00 → +\+7\.46/);
  assert.match(printed, /AUC 0\.800, log loss 0\.500/);
  assert.match(printed, /AUC 0\.900, log loss 0\.300 \(cross-validated\)/);
});

test("too few are no fit", async () => {
  const { printed, status } = await run(["--fit"]);
  assert.equal(status, 3);
  assert.match(printed, /too few to fit: 100 are needed/);
});
