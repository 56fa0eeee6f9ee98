import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { DownloadModelParams, ModelOffer, ModelProgress, ModelsResult } from "../../../protocol/messages.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../../protocol/settings.ts";
import { fake, Uri, useFakeVscode } from "./fake-vscode.ts";

useFakeVscode();
const { chooseModel } = await import("../../../extension/choose-model.ts");
type Deps = Parameters<typeof chooseModel>[0];

const OFFER: ModelOffer = {
  id: "small",
  name: "Small 1B",
  kind: "completion",
  about: "Quick.",
  bytes: 1_600_000_000,
  memoryMb: 2200,
  licence: { name: "Apache-2.0", url: "https://models.example/licence", restriction: null },
  host: "models.example",
  state: { kind: "absent" },
  recommended: null,
};
const MODELS: readonly ModelOffer[] = [
  OFFER,
  { ...OFFER, id: "best", name: "Best 7B", recommended: "fits well" },
  {
    ...OFFER,
    id: "half",
    name: "Half 3B",
    licence: { ...OFFER.licence, name: "Research", restriction: "not for commercial use" },
    state: { kind: "partial", bytes: 400_000_000, isRunning: false },
  },
  { ...OFFER, id: "there", name: "There 1B", state: { kind: "installed", file: "/models/there.gguf" } },
  { ...OFFER, id: "finder", name: "Finder", kind: "embedding", bytes: null },
];
const PROGRESS: ModelProgress = {
  id: "small",
  receivedBytes: 400_000_000,
  totalBytes: 1_600_000_000,
  bytesPerSecond: 10_000_000,
};

function open(
  world: { readonly settings?: Partial<Settings>; readonly fails?: string; readonly pauses?: boolean } = {},
) {
  fake.reset();
  const asked: DownloadModelParams[] = [];
  const result: ModelsResult = {
    machine: "8 cores",
    folder: "/models",
    models: MODELS,
    ownFiles: [{ file: "/models/mine.gguf", bytes: 5_000_000 }],
  };
  const deps: Deps = {
    setting: () => ({ ...DEFAULT_SETTINGS, ...world.settings }),
    sidecar: {
      models: () => Promise.resolve(result),
      downloadModel: (params, onProgress) => {
        asked.push(params);
        onProgress(PROGRESS);
        fake.token.isCancellationRequested = world.pauses === true;
        if (world.pauses) return Promise.reject(new Error("cancelled"));
        return world.fails ? Promise.reject(new Error(world.fails)) : Promise.resolve(`/models/${params.id}.gguf`);
      },
      checkModelFile: (path) => Promise.resolve(path.endsWith("good.gguf") ? null : "It is no GGUF file."),
    },
    showLog: () => undefined,
  };
  return { deps, asked };
}

const pick = (label: RegExp) => (items: readonly { label: string }[]) => items.find((item) => label.test(item.label));
interface Row {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
}
const rows = (): readonly Row[] => fake.picks[0]!.items;

suite("choose model", () => {
  test("what is there leads, what suits the machine is marked, and licence and size are told", async () => {
    const settings = { llama: { ...DEFAULT_SETTINGS.llama, model: "/models/there.gguf" } };
    const { deps } = open({ settings });
    await chooseModel(deps);
    assert.equal(fake.picks[0]!.title, "Model That Writes Suggestions — 8 cores");
    assert.deepEqual(
      rows().map(({ label }) => label),
      [
        "On this machine",
        "$(check) There 1B",
        "mine.gguf",
        "To download",
        "Best 7B",
        "Small 1B",
        "Half 3B",
        "Others",
        "$(file) Use a File I Have…",
        "$(server-process) Use My Own Server…",
        "$(circle-slash) No Model: Memory Alone",
        "$(search) Find Code by Meaning…",
      ],
    );
    const [, , , , best, , half] = rows() as [Row, Row, Row, Row, Row, Row, Row];
    assert.equal(best.description, "recommended: fits well");
    assert.equal(half.description, "25 % have come");
    assert.equal(half.detail, "Quick. 1.6 GB, 2.2 GB of memory. Licence: Research, not for commercial use.");
  });

  test("one that is there is used at once; memory alone is left for it", async () => {
    const { deps, asked } = open({ settings: { engine: "recall" } });
    fake.answers = [pick(/There/u)];
    await chooseModel(deps);
    assert.deepEqual(fake.updates, ["tacit.llama.model = /models/there.gguf (1)", "tacit.engine = auto (1)"]);
    assert.deepEqual(asked, []);
  });

  test("nothing is asked for before the user has agreed to host, size and licence", async () => {
    const { deps, asked } = open();
    fake.answers = [pick(/Half/u), undefined];
    await chooseModel(deps);
    assert.deepEqual([asked, fake.updates], [[], []]);
    assert.match(
      fake.messages[0]!,
      /^Download Half 3B\?\n1\.6 GB, from models\.example\. 400 MB of it have come before/u,
    );
    assert.match(
      fake.messages[0]!,
      /Licence: Research — not for commercial use \(https:\/\/models\.example\/licence\)/u,
    );
  });

  test("the licence can be read first", async () => {
    const { deps, asked } = open();
    fake.answers = [pick(/Small/u), "Read Licence", "Download"];
    await chooseModel(deps);
    assert.deepEqual(fake.opened, ["https://models.example/licence"]);
    assert.equal(asked.length, 1);
  });

  test("one that has come is used; the editor's proxy is told", async () => {
    const { deps, asked } = open();
    fake.configuration = { "http.proxy": "http://proxy:3128", "http.proxyStrictSSL": false, "http.noProxy": ["a", 1] };
    fake.answers = [pick(/Small/u), "Download"];
    await chooseModel(deps);
    const network = { proxy: "http://proxy:3128", noProxy: ["a"], strictSsl: false };
    assert.deepEqual(asked, [{ id: "small", network }]);
    assert.deepEqual(fake.progress, [{ message: "400 MB of 1.6 GB, 10 MB/s, 2 min left", increment: 25 }]);
    assert.deepEqual(fake.updates, ["tacit.llama.model = /models/small.gguf (1)"]);
  });

  test("cancelling pauses, changes nothing, and tells how to go on", async () => {
    const { deps } = open({ pauses: true });
    fake.answers = [pick(/Small/u), "Download"];
    await chooseModel(deps);
    assert.deepEqual(fake.updates, []);
    assert.match(fake.messages.at(-1)!, /^Small 1B is paused at 25 %\. Choose it again/u);
  });

  test("a failure is told and changes nothing", async () => {
    const { deps } = open({ fails: "The disk is full. Free some space." });
    fake.answers = [pick(/Small/u), "Download"];
    await chooseModel(deps);
    assert.deepEqual(fake.updates, []);
    assert.equal(fake.messages.at(-1), "Small 1B could not be downloaded: The disk is full. Free some space.");
  });

  test("a file of one's own is looked at first", async () => {
    const { deps } = open();
    fake.answers = [pick(/Use a File/u), [Uri.file("/bad.txt")]];
    await chooseModel(deps);
    assert.match(fake.messages[0]!, /^\/bad\.txt cannot be used\. It is no GGUF file\. Choose another file/u);
    fake.answers = [pick(/Use a File/u), [Uri.file("/good.gguf")]];
    await chooseModel(deps);
    assert.deepEqual(fake.updates, ["tacit.llama.model = /good.gguf (1)"]);
  });

  test("the way to a server and back to memory alone", async () => {
    const { deps } = open();
    fake.answers = [pick(/Own Server/u)];
    await chooseModel(deps);
    fake.answers = [pick(/Memory Alone/u)];
    await chooseModel(deps);
    assert.deepEqual(fake.executed, ["workbench.action.openSettings"]);
    assert.deepEqual(fake.updates, ["tacit.engine = recall (1)"]);
  });

  test("models that find code have a list and a setting of their own", async () => {
    const { deps } = open();
    fake.answers = [pick(/by Meaning/u), pick(/Finder/u), "Download"];
    await chooseModel(deps);
    assert.equal(fake.picks[1]!.title, "Model That Finds Code by Meaning — 8 cores");
    assert.match(fake.messages[0]!, /Size: the server says, from models\.example/u);
    fake.answers = [pick(/by Meaning/u), pick(/By Words/u)];
    await chooseModel(deps);
    assert.deepEqual(fake.updates, ["tacit.llama.embedder = /models/finder.gguf (1)", "tacit.llama.embedder =  (1)"]);
  });
});
