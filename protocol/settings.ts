/**
 * The one snapshot of settings that travels from editor to sidecar. Keys mirror `tacit.*` in package.json;
 * a test holds the two together.
 */

/** `active`: as passive, and asks for a rating now and then. */
export type LearningMode = "passive" | "active" | "off";
/** How readily suggestions are shown; `off`: all that are at all likely. */
export type GateSetting = "eager" | "balanced" | "quiet" | "off";
/** `auto`: memory, and the model that is set up, where memory is not sure; `recall`: memory alone. */
export type EngineSetting = "auto" | "recall";
/** What a model server speaks; `auto`: it is asked. */
export type RemoteDialect = "auto" | "llama-server" | "ollama" | "openai";
/** What a local model computes on; `auto`: the first of CUDA, Vulkan and Metal that works here, else the processor. */
export type GpuSetting = "auto" | "cuda" | "vulkan" | "metal" | "off";
export type LogLevel = "error" | "warn" | "info" | "debug";

export interface Settings {
  /** Where to suggest, by language identifier; `*` stands for every language not named. */
  readonly enable: Readonly<Record<string, boolean>>;
  readonly learning: {
    readonly mode: LearningMode;
    /** Where is learned, by language identifier; `*` stands for every language not named. */
    readonly languages: Readonly<Record<string, boolean>>;
    /** Where is learned, by absolute path or name of a folder; `*` stands for every folder not named. */
    readonly folders: Readonly<Record<string, boolean>>;
    /** Seconds without an edit after which accepted text counts as final. */
    readonly settleSeconds: number;
  };
  readonly suggest: { readonly multiLine: boolean };
  readonly gate: GateSetting;
  readonly engine: EngineSetting;
  /** The user's own model server. */
  readonly remote: {
    /** Base URL, as `http://127.0.0.1:8080`; empty: none. */
    readonly url: string;
    readonly dialect: RemoteDialect;
    /** Empty: what the server has. */
    readonly model: string;
  };
  /** Models of this machine, run by Tacit itself. */
  readonly llama: {
    /** A GGUF file that fills in the middle; empty: none. It outranks the server. */
    readonly model: string;
    /** A GGUF file that turns text into vectors; empty: the built-in method. */
    readonly embedder: string;
    readonly gpu: GpuSetting;
    /** Minutes without a request after which a model's memory is given back; 0: never. */
    readonly idleMinutes: number;
  };
  readonly models: {
    /** Where models are downloaded from instead of huggingface.co; empty: from there. */
    readonly mirror: string;
  };
  readonly style: {
    /** Whether the project's own formatter, where one is configured and at hand, is run to lay suggestions out. */
    readonly useFormatter: boolean;
  };
  readonly scan: {
    readonly onOpen: boolean;
    /** Larger files are not read, in kilobytes (1024 bytes). */
    readonly maxFileSizeKb: number;
  };
  readonly privacy: {
    /** Patterns of `.gitignore` form; matching files are never read, stored or learned from. */
    readonly exclude: readonly string[];
  };
  /** Empty: `$TACIT_HOME`, else `~/.tacit`. */
  readonly dataFolder: string;
  readonly log: { readonly level: LogLevel };
}

export const DEFAULT_SETTINGS: Settings = {
  enable: { "*": true },
  learning: { mode: "passive", languages: { "*": true }, folders: { "*": true }, settleSeconds: 10 },
  suggest: { multiLine: true },
  gate: "balanced",
  engine: "auto",
  remote: { url: "", dialect: "auto", model: "" },
  llama: { model: "", embedder: "", gpu: "auto", idleMinutes: 15 },
  models: { mirror: "" },
  style: { useFormatter: true },
  scan: { onOpen: true, maxFileSizeKb: 512 },
  privacy: { exclude: ["**/*secret*", "**/*private*", "**/.env*", "**/*.pem", "**/*.key", "**/id_rsa*"] },
  dataFolder: "",
  log: { level: "info" },
};
