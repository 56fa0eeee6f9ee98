/**
 * The process: serves one editor over Node IPC (started by the extension) or standard streams (`--stdio`). It opens no
 * port. The client's death ends it: the LSP library watches the parent process.
 */
import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { serve } from "./server.ts";

serveProcess();

function serveProcess(): void {
  if (!process.argv.includes("--stdio") && process.send === undefined) {
    process.stderr.write("The Tacit sidecar is started by an editor. For an LSP client run: tacit lsp --stdio\n");
    process.exitCode = 2;
    return;
  }
  serve(createConnection(ProposedFeatures.all), (code) => process.exit(code));
}
