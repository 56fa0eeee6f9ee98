/**
 * Finds the configuration of formatters, linters and editors that holds for a project's files, from the project's root
 * down to each directory. Files are read and never run; one that cannot be understood is left out, with the reason.
 */
import { readdir } from "node:fs/promises";
import { join, posix } from "node:path";
import { systemCode } from "../base/errors.ts";
import { styleLanguage } from "../code/languages.ts";
import {
  type ConfigPrior,
  override,
  type Setting,
  type Settings,
  WRITTEN_WEIGHT,
} from "../style/conventions/config/prior.ts";
import { isTestPath } from "../style/conventions/view.ts";
import {
  impliedSettings,
  isConfigName,
  outranks,
  readBase,
  readConfig,
  type ToolConfig,
} from "../style/conventions/config/tools.ts";
import { readForLearning } from "./read-file.ts";

export interface StyleConfig {
  /** One for each attribute about which anything is said. */
  readonly priors: readonly ConfigPrior[];
  /** One level of indentation. */
  readonly indentUnit: string | undefined;
  /** In characters. */
  readonly lineWidth: number | undefined;
}

/** A configuration file that was left out. */
export interface ConfigProblem {
  /** Relative to the project. */
  readonly path: string;
  readonly reason: string;
}

/** A directory ("" is the project) whose files of a language are configured otherwise than those around them. */
export interface ConfiguredScope {
  readonly directory: string;
  /** Style language. */
  readonly language: string;
  readonly config: StyleConfig;
}

export interface StyleConfigs {
  /** What holds for a file, by its path from the root. */
  of(path: string, languageId: string, signal: AbortSignal): Promise<StyleConfig>;
  /**
   * Where what holds begins, for these files: the project first, then directories inside, which have configurations of
   * their own or are named by overrides.
   */
  scopes(files: readonly ConfiguredFile[], signal: AbortSignal): Promise<ConfiguredScope[]>;
  /** Files that were left out so far. */
  readonly problems: readonly ConfigProblem[];
  /** Whether what was read is out of date once this file has changed. */
  isConfigFile(path: string): boolean;
  forget(): void;
}

export interface ConfiguredFile {
  readonly path: string;
  readonly languageId: string;
}

/** Larger files hold something else. */
const FILE_BYTES_MAX = 1_000_000;
/** Files that extend each other in a row. */
const BASES_MAX = 5;
/** Directories that are remembered; then it starts over. */
const DIRECTORIES_MAX = 5_000;

/** Reads what lies at and below `root`; nothing above it, which is not the project's. */
export function createStyleConfigs(root: string): StyleConfigs {
  let remembered = new Map<string, Promise<readonly FoundConfig[]>>();
  let problems: ConfigProblem[] = [];

  const configsIn = (directory: string, signal: AbortSignal): Promise<readonly FoundConfig[]> => {
    let found = remembered.get(directory);
    if (!found) {
      if (remembered.size >= DIRECTORIES_MAX) remembered = new Map();
      found = readDirectory(root, directory, (problem) => problems.push(problem), signal);
      // What was cut off is read again by whoever asks next.
      found.catch(() => remembered.delete(directory));
      remembered.set(directory, found);
    }
    return found;
  };

  const of: StyleConfigs["of"] = async (path, languageId, signal) => {
    const found: FoundConfig[] = [];
    for (const directory of directoriesOf(path)) found.push(...(await configsIn(directory, signal)));
    return combine(found, path, languageId);
  };

  return {
    of,
    scopes: async (files, signal) => {
      const scopes: ConfiguredScope[] = [];
      for (const [language, ofLanguage] of groupByLanguage(files)) {
        for (const [directory, one] of [...standingFor(ofLanguage)].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
          const config = await of(posix.join(directory, posix.basename(one.path)), one.languageId, signal);
          const around = scopes.findLast(
            (scope) => scope.language === language && isWithin(directory, scope.directory),
          );
          if (!around || !saysTheSame(around.config, config)) scopes.push({ directory, language, config });
        }
      }
      return scopes;
    },
    get problems() {
      return problems;
    },
    isConfigFile: (path) => isConfigName(posix.basename(path.replaceAll("\\", "/"))),
    forget: () => {
      remembered = new Map();
      problems = [];
    },
  };
}

interface FoundConfig {
  readonly config: ToolConfig;
  /** Where its file lies: "" is the project. */
  readonly directory: string;
  readonly fileName: string;
}

async function readDirectory(
  root: string,
  directory: string,
  onProblem: (problem: ConfigProblem) => void,
  signal: AbortSignal,
): Promise<readonly FoundConfig[]> {
  let names: string[];
  try {
    names = (await readdir(join(root, directory))).filter(isConfigName).sort();
  } catch (error) {
    // A directory that is gone or closed has no configuration.
    if (systemCode(error) === undefined) throw error;
    return [];
  }
  const found: FoundConfig[] = [];
  for (const fileName of names) {
    const path = posix.join(directory, fileName);
    const read = await readForLearning(join(root, path), { bytesMax: FILE_BYTES_MAX }, signal);
    const result =
      read.kind === "text" ? readConfig(fileName, read.text) : { kind: "bad" as const, reason: read.reason };
    if (result.kind === "configs") {
      for (const config of result.configs) {
        found.push({ config: await extended(root, config, [path], onProblem, signal), directory, fileName });
      }
    }
    // A file without text has nothing to say, and that is no fault.
    else if (result.reason !== "empty") onProblem({ path, reason: result.reason });
  }
  return found;
}

/** A configuration with what it says over the files of the project that it extends. `chain`: what led to it. */
async function extended(
  root: string,
  config: ToolConfig,
  chain: readonly string[],
  onProblem: (problem: ConfigProblem) => void,
  signal: AbortSignal,
): Promise<ToolConfig> {
  const layers: Settings[] = [];
  for (const base of config.bases) {
    const path = posix.join(posix.dirname(chain.at(-1)!), base);
    // A package's, somebody else's, or one that extends itself.
    if (!/^\.{1,2}\//.test(base) || path.startsWith("../") || chain.includes(path) || chain.length > BASES_MAX)
      continue;
    const read = await readForLearning(join(root, path), { bytesMax: FILE_BYTES_MAX }, signal);
    const result =
      read.kind === "text" ? readBase(config.tool, path, read.text) : { kind: "bad" as const, reason: read.reason };
    if (result.kind === "bad") onProblem({ path, reason: result.reason });
    for (const found of result.kind === "bad" ? [] : result.configs) {
      layers.push((await extended(root, found, [...chain, path], onProblem, signal)).settings);
    }
  }
  if (layers.length === 0) return config;
  layers.push(config.settings);
  return {
    ...config,
    settings: (target) => {
      const said = layers.flatMap((settings) => settings(target));
      const isWritten = ({ weight }: Setting): boolean => weight >= WRITTEN_WEIGHT;
      // What a tool does by itself gives way to what the other file has it do.
      return override(
        said.filter((setting) => !isWritten(setting)),
        said.filter(isWritten),
      );
    },
  };
}

/** What several files say together; `found` is ordered from the root inwards. */
function combine(found: readonly FoundConfig[], path: string, languageId: string): StyleConfig {
  const language = styleLanguage(languageId);
  const chosen = new Map<
    string,
    { setting: Setting; authority: ToolConfig["authority"]; source: string; tool: string }
  >();
  for (const setting of impliedSettings(language)) {
    chosen.set(setting.attribute, { setting, authority: "editor", source: "gofmt", tool: "gofmt" });
  }
  for (const [index, { config, directory, fileName }] of found.entries()) {
    const { tool, authority } = config;
    const isReplaced = found.some(
      (other, at) => at > index && other.config.tool === tool && (!other.config.cascades || other.config.isTop),
    );
    if (isReplaced) continue;
    const target = { path: directory === "" ? path : path.slice(directory.length + 1), languageId, language };
    for (const setting of config.settings(target)) {
      const before = chosen.get(setting.attribute);
      // An inner file of the same tool has the last word, whatever the outer one wrote.
      if (before && before.tool !== tool && !outranks({ setting, authority }, before)) continue;
      chosen.set(setting.attribute, { setting, authority, source: posix.join(directory, fileName), tool });
    }
  }
  const priors = [...chosen.values()].map(({ setting, source }) => ({ ...setting, source }));
  const valueOf = (attribute: string): string | undefined => chosen.get(attribute)?.setting.value;
  const [indent, width] = [valueOf("indent"), valueOf("line-width")];
  return {
    priors,
    indentUnit: indent === undefined ? undefined : indent === "tab" ? "\t" : " ".repeat(Number(indent)),
    lineWidth: width === undefined ? undefined : Number(width),
  };
}

/** Directories from the root to that of a file: "", "a", "a/b". */
function directoriesOf(path: string): string[] {
  const directories = [""];
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1))
    directories.push(path.slice(0, slash));
  return directories;
}

/** For each directory a file that stands for those in it; tests are often configured apart. */
function standingFor(files: readonly ConfiguredFile[]): Map<string, ConfiguredFile> {
  const standing = new Map<string, ConfiguredFile>();
  for (const file of files) {
    for (const directory of directoriesOf(file.path)) {
      const known = standing.get(directory);
      if (!known || (isTestPath(known.path) && !isTestPath(file.path))) standing.set(directory, file);
    }
  }
  return standing;
}

function groupByLanguage(files: readonly ConfiguredFile[]): Map<string, ConfiguredFile[]> {
  const groups = new Map<string, ConfiguredFile[]>();
  for (const file of files) {
    const language = styleLanguage(file.languageId);
    const group = groups.get(language);
    if (group) group.push(file);
    else groups.set(language, [file]);
  }
  return groups;
}

function isWithin(path: string, directory: string): boolean {
  return directory === "" || path === directory || path.startsWith(`${directory}/`);
}

function saysTheSame(a: StyleConfig, b: StyleConfig): boolean {
  const said = ({ priors }: StyleConfig): string =>
    priors
      .map(({ attribute, value }) => `${attribute}=${value}`)
      .sort()
      .join();
  return said(a) === said(b);
}
