/**
 * Loaded into every Node process of a sidecar that is watched (`NODE_OPTIONS=--import=…`). It notes each connection and
 * name look-up that JavaScript asks for, and on SIGUSR2 what memory is really held, both in files of `TACIT_FAULT_FOLDER`.
 * It does not see what native code does by itself: for that there is `strace`.
 */
import { appendFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import dgram from "node:dgram";
import dns from "node:dns";
import { join } from "node:path";
import net from "node:net";
import { setInterval } from "node:timers";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";

const folder = process.env.TACIT_FAULT_FOLDER;

function note(line) {
  appendFileSync(join(folder, `inside-${process.pid}.txt`), `${line}\n`);
}

/** Notes calls of `owner[name]` for which `isOutside` holds. */
function watch(owner, name, isOutside = () => true) {
  const original = owner[name];
  owner[name] = function (...args) {
    if (isOutside(args)) note(`network: ${name} ${JSON.stringify(args[0])}`);
    return original.apply(this, args);
  };
}

if (folder) {
  // A path is a socket or pipe of this machine.
  watch(net.Socket.prototype, "connect", ([first]) => {
    const options = Array.isArray(first) ? first[0] : first;
    return typeof options !== "string" && options?.path === undefined;
  });
  watch(net.Server.prototype, "listen");
  watch(dgram.Socket.prototype, "send");
  watch(dns, "lookup");
  watch(dns.promises, "lookup");
  watch(globalThis, "fetch");
  syncBuiltinESMExports();
  if (isMainThread) {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc");
    // Computing of this thread between two turns of its loop, since it was asked last: a busy machine does not add to it.
    const computedMs = () => {
      const { user, system } = process.threadCpuUsage();
      return (user + system) / 1000;
    };
    // What it does before its first turn is loading itself.
    let last = Infinity;
    let busyMs = 0;
    setInterval(() => {
      const now = computedMs();
      busyMs = Math.max(busyMs, now - last);
      last = now;
    }, 20).unref();
    process.on("SIGUSR2", () => {
      collect();
      const { heapUsed, external } = process.memoryUsage();
      note(`memory ${heapUsed + external} busy ${busyMs}`);
      [last, busyMs] = [computedMs(), 0];
    });
  }
}
