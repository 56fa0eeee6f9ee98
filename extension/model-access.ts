/**
 * What the user allows of their own model server: its key, which the editor keeps among its secrets, and whether code may
 * leave this machine for it. The sidecar is told whenever it starts and whenever that changes, and keeps nothing.
 */
import { window } from "vscode";
import type { Memento, SecretStorage } from "vscode";
import type { RemoteAccess } from "../protocol/messages.ts";
import type { Status } from "../protocol/status.ts";

const CONSENTED = "tacit.consentedHosts";
const REFUSED = "tacit.refusedHosts";

export interface ModelAccessDeps {
  readonly secrets: SecretStorage;
  readonly state: Memento;
  /** The server's URL as it is set; empty for none. */
  readonly url: () => string;
  readonly send: (access: RemoteAccess) => Promise<void>;
}

export class ModelAccess {
  readonly #deps: ModelAccessDeps;
  /** Hosts that the user was asked about in this window. */
  readonly #asked = new Set<string>();

  constructor(deps: ModelAccessDeps) {
    this.#deps = deps;
  }

  /** Tells the sidecar. */
  async send(): Promise<void> {
    const key = keyName(this.#deps.url());
    const apiKey = key === undefined ? undefined : await this.#deps.secrets.get(key);
    await this.#deps.send({ apiKey: apiKey ?? null, consentedHosts: this.#hosts(CONSENTED) });
  }

  /** Asks for consent where the sidecar waits for it: once for each host, and no more in this window. */
  async heard({ degraded }: Status): Promise<void> {
    const host = degraded.find(({ consentTo }) => consentTo !== undefined)?.consentTo;
    if (host === undefined || this.#asked.has(host) || this.#hosts(REFUSED).includes(host)) return;
    await this.ask(host);
  }

  /** Asks whether code may be sent to a host, also where that was refused before. */
  async ask(host: string): Promise<void> {
    this.#asked.add(host);
    const answer = await window.showWarningMessage(
      `Tacit would send the code around your cursor to the model server ${host}, which is not on this machine. ` +
        "Secrets are taken out. Allow it?",
      "Allow",
      "Never",
    );
    // Closed without an answer: “Allow Model Server” in the menu asks again.
    if (answer === undefined) return;
    await this.#put(CONSENTED, host, answer === "Allow");
    await this.#put(REFUSED, host, answer === "Never");
    if (answer === "Allow") await this.send();
  }

  /** Asks for the server's key; an empty one removes it. */
  async askForKey(): Promise<void> {
    const name = keyName(this.#deps.url());
    if (name === undefined) {
      await window.showInformationMessage("There is no model server yet. Set its address in `tacit.remote.url` first.");
      return;
    }
    const key = await window.showInputBox({
      title: `Key of ${new URL(this.#deps.url()).host}`,
      prompt: "Kept in the editor's secret storage and sent to this server alone. Leave it empty to remove the key.",
      password: true,
      ignoreFocusOut: true,
    });
    if (key === undefined) return;
    if (key === "") await this.#deps.secrets.delete(name);
    else await this.#deps.secrets.store(name, key);
    await this.send();
  }

  #hosts(list: string): readonly string[] {
    return this.#deps.state.get<readonly string[]>(list, []);
  }

  async #put(list: string, host: string, isIn: boolean): Promise<void> {
    const others = this.#hosts(list).filter((other) => other !== host);
    await this.#deps.state.update(list, isIn ? [...others, host] : others);
  }
}

/** Where the key of a server is kept: one for each, so that none is sent to another. Undefined where there is none. */
function keyName(url: string): string | undefined {
  return URL.canParse(url) ? `tacit.serverKey:${new URL(url).host}` : undefined;
}
