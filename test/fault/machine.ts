/**
 * What this machine lets us do to a process: surroundings of its own by `unshare`, failing system calls by `strace`, and
 * what `/proc` tells of a process and its children. What is not possible is found out, not assumed.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Runs what stands behind it where there is no network, not even a loopback that is up; undefined: not allowed here. */
export function withoutNetwork(): readonly string[] | undefined {
  const asRoot = ["unshare", "--net", "--"];
  const asUser = ["unshare", "--map-root-user", "--net", "--"];
  return [asRoot, asUser].find(works);
}

/**
 * Runs what stands behind it with `folder` on a disk of its own of so many bytes, whose content is copied to `copyTo`
 * when it has ended; undefined: not allowed here.
 */
export function onSmallDisk(folder: string, bytes: number, copyTo: string): readonly string[] | undefined {
  const script = `mount -t tmpfs -o mode=0700,size=${bytes} tmpfs '${folder}' && { "$@"; cp -a '${folder}/.' '${copyTo}/'; }`;
  return unshareMount(script);
}

/** Runs what stands behind it with `folder` read-only; undefined: not allowed here. */
export function onReadOnlyDisk(folder: string): readonly string[] | undefined {
  return unshareMount(`mount --bind '${folder}' '${folder}' && mount -o remount,bind,ro '${folder}' && exec "$@"`);
}

function unshareMount(script: string): readonly string[] | undefined {
  const tail = ["--mount", "--", "sh", "-c", script, "sh"];
  const asRoot = ["unshare", ...tail];
  const asUser = ["unshare", "--map-root-user", ...tail];
  return [asRoot, asUser].find(works);
}

/** Files that the process behind it writes are no longer than this, in units of 512 bytes: further writes fail. */
export function withFilesUpTo(blocks: number): readonly string[] {
  // POSIX has 512 bytes for `ulimit -f`; bash counts in 1,024 unless it is called sh.
  return ["sh", "-c", `ulimit -f ${blocks} && exec "$@"`, "sh"];
}

/**
 * Lets the n-th call of this name that a thread makes on one of `paths` fail; undefined: no strace, or it may not trace.
 * `$$` in a path is the process's id.
 */
export function withFailingCall(
  call: string,
  paths: readonly string[],
  error: "EIO" | "ENOSPC",
  when: number,
): readonly string[] | undefined {
  return tracing(`inject=${call}:error=${error}:when=${when}`, paths, "/dev/null");
}

/** Writes into `file` what is called of these, by whom, on one of `paths`; undefined: no strace, or it may not trace. */
export function tracingCalls(
  calls: readonly string[],
  paths: readonly string[],
  file: string,
): readonly string[] | undefined {
  return tracing(`trace=${calls.join()}`, paths, file);
}

/** The tracer stands aside (`-D`), so that the process is the one that was started, and has its id. */
function tracing(expression: string, paths: readonly string[], file: string): readonly string[] | undefined {
  const chosen = paths.map((path) => `-P "${path}"`).join(" ");
  const script = `exec strace -D -f -q -o '${file}' ${chosen} -e '${expression}' -- "$@"`;
  return works(["strace", "-f", "-qq", "-o", "/dev/null"]) ? ["sh", "-c", script, "sh"] : undefined;
}

/** Writes every call that opens a connection or sends to one into `file`; undefined: no strace, or it may not trace. */
export function countingCalls(file: string): readonly string[] | undefined {
  const command = ["strace", "-f", "-qq", "-o", file, "-e", "trace=connect,bind,listen,sendto,sendmsg"];
  return works(["strace", "-f", "-qq", "-o", "/dev/null"]) ? command : undefined;
}

function works(prefix: readonly string[]): boolean {
  const [program, ...args] = prefix as [string, ...string[]];
  return spawnSync(program, [...args, "true"], { stdio: "ignore" }).status === 0;
}

/** A process and all that descend from it. */
export function processTree(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readText(`/proc/${name}/stat`);
    // The command's name, in brackets, may hold anything.
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    parents.set(Number(name), parent);
  }
  const isBelow = (candidate: number): boolean => {
    for (let at: number | undefined = candidate; at !== undefined && at > 1; at = parents.get(at)) {
      if (at === pid) return true;
    }
    return false;
  };
  return [...parents.keys()].filter(isBelow);
}

/** Internet sockets that these processes hold: one line each, as `/proc/net` shows them. */
export function internetSockets(pids: readonly number[]): string[] {
  const inodes = new Set(pids.flatMap(socketInodes));
  const [first] = pids;
  return ["tcp", "tcp6", "udp", "udp6"].flatMap((table) =>
    readText(`/proc/${first}/net/${table}`)
      .split("\n")
      .slice(1)
      .filter((line) => inodes.has(line.trim().split(/\s+/)[9] ?? ""))
      .map((line) => `${table} ${line.trim()}`),
  );
}

function socketInodes(pid: number): string[] {
  return openFiles(pid).flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
}

/** What the descriptors of a process stand for; empty where it has gone. */
export function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).map((fd) => {
      try {
        return readlinkSync(`${folder}/${fd}`);
      } catch {
        // Closed meanwhile.
        return "";
      }
    });
  } catch {
    // The process has ended.
    return [];
  }
}

/** Memory that a process holds, in bytes. */
export function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readText(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The process has ended, or this system has no such table.
    return "";
  }
}
