/** The contents of files by their object's name, from two `git cat-file` that are kept open: one for sizes, one for bytes. */
import { SidecarError } from "../../base/errors.ts";
import { CHECK, type Git, type GitProcess } from "./git.ts";

/** Why a file's bytes are not here. */
export type NoBytes = "missing" | "too large";

export class Objects {
  readonly #git: Git;
  readonly #bytesMax: number;
  #sizes: AnswerReader | undefined;
  #contents: AnswerReader | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(git: Git, bytesMax: number) {
    this.#git = git;
    this.#bytesMax = bytesMax;
  }

  /** In the order of `ids`. Whoever asks meanwhile waits. */
  read(ids: readonly string[]): Promise<(Buffer | NoBytes)[]> {
    const read = this.#last.then(() => this.#read(ids));
    this.#last = read.catch(() => {
      // Whoever asked is told. A git that has failed is not asked again.
      this.#sizes = undefined;
      this.#contents = undefined;
    });
    return read;
  }

  async #read(ids: readonly string[]): Promise<(Buffer | NoBytes)[]> {
    if (ids.length === 0) return [];
    const request = `${ids.join("\n")}\n`;
    const sizes = (this.#sizes ??= new AnswerReader(this.#git.start(["cat-file", "--batch-check"])));
    sizes.ask(request);
    const found: (Buffer | NoBytes)[] = [];
    const wanted: string[] = [];
    for (const id of ids) {
      const [, kind, size] = (await sizes.line()).split(" ");
      if (kind === "blob" && Number(size) <= this.#bytesMax) wanted.push(id);
      found.push(kind !== "blob" ? "missing" : Number(size) <= this.#bytesMax ? Buffer.alloc(0) : "too large");
    }
    if (wanted.length === 0) return found;
    const contents = (this.#contents ??= new AnswerReader(this.#git.start(["cat-file", "--batch"])));
    contents.ask(`${wanted.join("\n")}\n`);
    for (const [index, known] of found.entries()) {
      if (typeof known === "string") continue;
      const size = Number((await contents.line()).split(" ")[2]);
      found[index] = await contents.bytes(size);
      await contents.bytes(1);
    }
    return found;
  }
}

/** Lines and counted bytes out of what a git prints. */
class AnswerReader {
  readonly #process: GitProcess;
  #rest: Buffer = Buffer.alloc(0);

  constructor(process: GitProcess) {
    this.#process = process;
  }

  ask(request: string): void {
    this.#process.write(request);
  }

  async line(): Promise<string> {
    let end = this.#rest.indexOf(10);
    while (end < 0) {
      await this.#more(1);
      end = this.#rest.indexOf(10);
    }
    const line = this.#rest.toString("latin1", 0, end);
    this.#rest = this.#rest.subarray(end + 1);
    return line;
  }

  async bytes(count: number): Promise<Buffer> {
    if (this.#rest.length < count) await this.#more(count - this.#rest.length);
    const bytes = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return bytes;
  }

  async #more(count: number): Promise<void> {
    const chunks = [this.#rest];
    for (let missing = count; missing > 0;) {
      const chunk = await this.#process.next();
      if (!chunk) {
        await this.#process.exit();
        const why = this.#process.complaint;
        throw new SidecarError("repository", `objects of the repository cannot be read: ${why || "git ended"}`, CHECK);
      }
      chunks.push(chunk);
      missing -= chunk.length;
    }
    this.#rest = Buffer.concat(chunks);
  }
}
