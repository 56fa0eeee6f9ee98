/** Other processes of this machine. */

/** Whether a process with this number runs; what is no process's number does not. */
export function isRunning(pid: number): boolean {
  // 0 and below would ask for groups of processes.
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs as another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
