/**
 * What is said to each kind of server, and what its answers mean. llama-server and Ollama know the model's own marks
 * for filling in the middle; an OpenAI-compatible server mostly does not, and gets them as part of the prompt.
 */
import * as v from "valibot";
import { commentSnippets, type Prompt } from "../prompt/assemble.ts";
import { type FimTemplate, renderFim } from "../prompt/fim.ts";
import { RemoteFault } from "./fault.ts";
import { complaintIn, parseJson } from "./transport.ts";

/** A server that has said who it is. */
export interface Server {
  readonly dialect: "llama-server" | "ollama" | "openai";
  readonly model: string;
  /** How the text behind the cursor is handed over: in a field of its own, or in the prompt. */
  readonly fim: "field" | FimTemplate;
}

export interface Question {
  readonly prompt: Prompt;
  readonly path: string;
  readonly languageId: string;
  readonly tokensMax: number;
  /** Milliseconds of writing after which a server that can may stop at a line end. */
  readonly writingMs: number;
  readonly wantsLogprobs: boolean;
}

export interface Message {
  readonly path: string;
  readonly body: object;
}

/** What one line of an answer says. */
export interface Piece {
  readonly text: string;
  /** Of each token in `text`, natural logarithm; empty where the server does not tell. */
  readonly logprobs: readonly number[];
  readonly isLast: boolean;
}

/** A model without a name of its own. */
export const UNNAMED = "a model";
/** Ollama drops a model after five minutes, and then loads it for seconds: a developer thinks longer than that. */
export const OLLAMA_KEEP_ALIVE = "30m";
/** Stands for the name of the repository in the marks for files; it is nobody's business on another machine. */
const PROJECT = "project";
/** OpenAI and TGI take no more. */
const STOPS_MAX = 4;

export function ask(server: Server, question: Question): Message {
  switch (server.dialect) {
    case "llama-server":
      return askLlamaServer(server, question);
    case "ollama":
      return askOllama(server, question);
    case "openai":
      return askOpenAi(server, question);
  }
}

/** Undefined for a line that says nothing. Throws a {@link RemoteFault} for one that cannot be understood. */
export function parseLine(dialect: Server["dialect"], line: string): Piece | undefined {
  // Blank lines and comments keep an event stream alive; the fields besides `data` say nothing here.
  if (line.trim() === "" || /^(?::|(?:event|id|retry):)/.test(line)) return undefined;
  // Some answer in one piece though they were asked for a stream.
  const data = /^(?:data|error):\s*(.*)$/.exec(line)?.[1] ?? line;
  if (data === "[DONE]") return END;
  const json = parseJson(data);
  const complaint = v.safeParse(complaintSchema, json);
  if (complaint.success) throw faultOfComplaint(complaint.output.error);
  switch (dialect) {
    case "llama-server":
      return parseLlamaServer(json);
    case "ollama":
      return parseOllama(json);
    case "openai":
      return parseOpenAi(json);
  }
}

const END: Piece = { text: "", logprobs: [], isLast: true };

const complaintSchema = v.object({ error: v.union([v.string(), v.looseObject({})]) });

function faultOfComplaint(error: string | object): RemoteFault {
  const complaint = complaintIn(JSON.stringify(error));
  return new RemoteFault(
    complaint === "no-fim" || complaint === "loading" ? complaint : "failed",
    "an error of its own",
  );
}

/**
 * `POST /infill` of llama.cpp: `prompt` is put behind the middle mark, so that the cursor's line can be typed on without
 * anything before it being evaluated again. One sampler that takes the likeliest token, and none of the penalties that
 * are made for prose.
 */
function askLlamaServer({ model }: Server, question: Question): Message {
  const { before, snippets, prefix, suffix } = question.prompt;
  const lineStart = prefix.lastIndexOf("\n") + 1;
  return {
    path: "/infill",
    body: {
      // A router needs it, all others ignore it.
      ...(model !== UNNAMED && { model }),
      input_prefix: before + prefix.slice(0, lineStart),
      input_suffix: suffix,
      input_extra: snippets.map(({ path, text }) => ({ filename: path, text })),
      prompt: prefix.slice(lineStart),
      n_predict: question.tokensMax,
      t_max_predict_ms: question.writingMs,
      cache_prompt: true,
      samplers: ["top_k"],
      top_k: 1,
      stream: true,
      ...(question.wantsLogprobs && { n_probs: 1 }),
    },
  };
}

const llamaServerSchema = v.object({
  content: v.string(),
  stop: v.optional(v.boolean(), false),
  completion_probabilities: v.optional(v.array(v.unknown())),
});

function parseLlamaServer(json: unknown): Piece {
  const { content, stop, completion_probabilities } = parseOr(llamaServerSchema, json);
  return { text: content, logprobs: logprobsIn(completion_probabilities), isLast: stop };
}

/** `POST /api/generate` of Ollama; with marks in the prompt (`raw`) for a model whose own template knows no suffix. */
function askOllama(server: Server, question: Question): Message {
  const { prompt, languageId } = question;
  const text =
    server.fim === "field"
      ? { prompt: inOneFile(prompt, languageId) + prompt.prefix, suffix: orLineBreak(prompt.suffix) }
      : { prompt: withMarks(server.fim, question), raw: true };
  return {
    path: "/api/generate",
    body: {
      model: server.model,
      ...text,
      stream: true,
      keep_alive: OLLAMA_KEEP_ALIVE,
      options: { temperature: 0, num_predict: question.tokensMax },
      ...(question.wantsLogprobs && { logprobs: true }),
    },
  };
}

const ollamaSchema = v.object({
  response: v.string(),
  done: v.boolean(),
  logprobs: v.optional(v.nullable(v.array(v.unknown()))),
});

function parseOllama(json: unknown): Piece {
  const { response, done, logprobs } = parseOr(ollamaSchema, json);
  return { text: response, logprobs: logprobsIn(logprobs ?? []), isLast: done };
}

/** `POST /v1/completions`. vLLM and TGI refuse `suffix`, so a model of a known family gets its marks in the prompt. */
function askOpenAi({ model, fim }: Server, question: Question): Message {
  const { prompt, languageId } = question;
  const text =
    fim === "field"
      ? { prompt: inOneFile(prompt, languageId) + prompt.prefix, suffix: orLineBreak(prompt.suffix) }
      : { prompt: withMarks(fim, question), stop: fim.ends.slice(0, STOPS_MAX) };
  return {
    path: "/v1/completions",
    body: {
      model,
      ...text,
      max_tokens: question.tokensMax,
      temperature: 0,
      stream: true,
      ...(question.wantsLogprobs && { logprobs: 1 }),
    },
  };
}

const openAiSchema = v.object({
  choices: v.array(
    v.object({
      text: v.optional(v.nullable(v.string())),
      finish_reason: v.optional(v.nullable(v.string())),
      logprobs: v.optional(
        v.nullable(
          v.object({
            token_logprobs: v.optional(v.nullable(v.array(v.nullable(v.number())))),
            content: v.optional(v.nullable(v.array(v.unknown()))),
          }),
        ),
      ),
    }),
  ),
});

function parseOpenAi(json: unknown): Piece {
  // The last event of some carries nothing but how much was used.
  const [choice] = parseOr(openAiSchema, json).choices;
  const ofTokens = choice?.logprobs?.token_logprobs?.filter((value) => value !== null);
  return {
    text: choice?.text ?? "",
    logprobs: ofTokens ?? logprobsIn(choice?.logprobs?.content ?? []),
    isLast: typeof choice?.finish_reason === "string" && choice.finish_reason !== "",
  };
}

const tokenSchema = v.object({ logprob: v.number() });

/** Of tokens that say theirs; older servers have other fields. */
function logprobsIn(tokens: readonly unknown[] = []): readonly number[] {
  return tokens.flatMap((token) => {
    const parsed = v.safeParse(tokenSchema, token);
    return parsed.success ? [parsed.output.logprob] : [];
  });
}

function withMarks(template: FimTemplate, { prompt, path, languageId }: Question): string {
  const { before, snippets, prefix, suffix } = prompt;
  const place = { project: PROJECT, path, suffix };
  if (template.files) return renderFim(template, { ...place, files: snippets, prefix: before + prefix });
  return renderFim(template, { ...place, files: [], prefix: inOneFile(prompt, languageId) + prefix });
}

/** All that was looked up as comments above the text. */
function inOneFile(prompt: Prompt, languageId: string): string {
  return commentSnippets(prompt, languageId) + prompt.before;
}

/** An empty suffix asks for a plain continuation, which chat models answer in prose. */
function orLineBreak(suffix: string): string {
  return suffix === "" ? "\n" : suffix;
}

function parseOr<T>(schema: v.GenericSchema<unknown, T>, json: unknown): T {
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) throw new RemoteFault("garbage", json === undefined ? "not JSON" : "not what was asked for");
  return parsed.output;
}
