/** Asks a server who it is, which model it has, and how that model is asked to fill in the middle. */
import * as v from "valibot";
import { fimTemplateOf } from "../prompt/fim.ts";
import { OLLAMA_KEEP_ALIVE, type Server, UNNAMED } from "./dialects.ts";
import { RemoteFault } from "./fault.ts";
import { askJson, type Peer } from "./transport.ts";

export interface Wanted {
  readonly dialect: Server["dialect"] | "auto";
  /** Empty: what the server has. */
  readonly model: string;
  /** Milliseconds that Ollama may take to load a model. */
  readonly loadMs: number;
}

type Find = (peer: Peer, wanted: Wanted, signal: AbortSignal) => Promise<Server | undefined>;

/** In the order in which they are tried: what speaks OpenAI's dialect besides its own is asked in its own. */
const FINDERS: Readonly<Record<Server["dialect"], Find>> = {
  "llama-server": findLlamaServer,
  ollama: findOllama,
  openai: findOpenAi,
};

/** Throws a {@link RemoteFault} where there is none, or none that can be used. */
export async function findServer(peer: Peer, wanted: Wanted, signal: AbortSignal): Promise<Server> {
  const { dialect } = wanted;
  if (dialect !== "auto") {
    const server = await FINDERS[dialect](peer, wanted, signal);
    if (server) return server;
    throw new RemoteFault("garbage", `it is no ${dialect}`);
  }
  let refusal: RemoteFault | undefined;
  for (const find of Object.values(FINDERS)) {
    try {
      const server = await find(peer, wanted, signal);
      if (server) return server;
    } catch (error) {
      // A gateway may refuse what it does not know before it says that it does not know it: the next may be known.
      if (!(error instanceof RemoteFault) || !["key", "failed", "garbage"].includes(error.kind)) throw error;
      refusal ??= error;
    }
  }
  throw refusal ?? new RemoteFault("garbage", "no kind of server that is known");
}

const propsSchema = v.object({
  default_generation_settings: v.looseObject({}),
  model_path: v.optional(v.string(), ""),
  model_alias: v.optional(v.nullable(v.string())),
});

async function findLlamaServer(peer: Peer, wanted: Wanted, signal: AbortSignal): Promise<Server | undefined> {
  const props = v.safeParse(propsSchema, await askJson(peer, "/props", undefined, signal));
  if (!props.success) return undefined;
  const { model_alias: alias, model_path: path } = props.output;
  const model = wanted.model || alias || path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  return { dialect: "llama-server", model: model || UNNAMED, fim: "field" };
}

const tagsSchema = v.object({ models: v.nullable(v.array(v.object({ name: v.string() }))) });
const showSchema = v.object({ capabilities: v.optional(v.nullable(v.array(v.string()))) });

async function findOllama(peer: Peer, wanted: Wanted, signal: AbortSignal): Promise<Server | undefined> {
  const tags = v.safeParse(tagsSchema, await askJson(peer, "/api/tags", undefined, signal));
  if (!tags.success) return undefined;
  const model = wanted.model || tags.output.models?.[0]?.name;
  if (model === undefined) throw new RemoteFault("model", "it has none");
  const show = v.safeParse(showSchema, await askJson(peer, "/api/show", { model }, signal));
  const capabilities = show.success ? show.output.capabilities : undefined;
  // Versions that do not list what a model can say so when they are asked for it.
  const canInsert = !capabilities || capabilities.includes("insert");
  const fim = canInsert ? "field" : fimTemplateOf(model);
  if (fim === undefined) throw new RemoteFault("no-fim", "its template has no suffix", { model });
  // Loading takes seconds, and Ollama gives it up when whoever asked goes away, as one who types on does. Asked for
  // nothing, it only loads.
  const { loadMs } = wanted;
  const patient = { ...peer, limits: { ...peer.limits, firstByteMs: loadMs, answerMs: loadMs } };
  await askJson(patient, "/api/generate", { model, stream: false, keep_alive: OLLAMA_KEEP_ALIVE }, signal);
  return { dialect: "ollama", model, fim };
}

const modelsSchema = v.object({ data: v.array(v.object({ id: v.string() })) });

async function findOpenAi(peer: Peer, wanted: Wanted, signal: AbortSignal): Promise<Server | undefined> {
  const models = v.safeParse(modelsSchema, await askJson(peer, "/v1/models", undefined, signal));
  // TGI has had this list for some versions only; with a model to ask for it is not needed.
  if (!models.success && (wanted.dialect === "auto" || wanted.model === "")) return undefined;
  const model = wanted.model || (models.success ? models.output.data[0]?.id : undefined);
  if (model === undefined) throw new RemoteFault("model", "it has none");
  return { dialect: "openai", model, fim: fimTemplateOf(model) ?? "field" };
}
