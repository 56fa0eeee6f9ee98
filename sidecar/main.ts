/**
 * The process: serves one editor over Node IPC (started by the extension) or standard streams (`--stdio`). It opens no
 * port. The client's death ends it: the LSP library watches the parent process.
 */
import { serveProcess } from "./server.ts";

if (process.argv.includes("--stdio") || process.send !== undefined) {
  serveProcess((code) => process.exit(code));
} else {
  process.stderr.write("The Tacit sidecar is started by an editor. For an LSP client run: tacit lsp --stdio\n");
  process.exitCode = 2;
}
