/** Paths as people write them. */
import { homedir } from "node:os";

/** With the user's own folder in place of a leading `~`. */
export function expandHome(path: string): string {
  return path.replace(/^~(?=$|[/\\])/, () => homedir());
}
