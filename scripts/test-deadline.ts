/**
 * Loaded into the process of every test file: ends one that does not end by itself, and names what keeps it alive. The
 * runner's own time limit is for single tests, so a server that a test forgot to close would hold it up for ever.
 */
const limitMs = Number(process.env["TACIT_TEST_FILE_MS_MAX"]);

if (process.env["NODE_TEST_CONTEXT"] && limitMs > 0) {
  const deadline = setTimeout(() => {
    console.error(
      `This file did not end within ${limitMs / 1000} s. Still open: ${process.getActiveResourcesInfo().join(", ")}.`,
    );
    process.exit(1);
  }, limitMs);
  deadline.unref();
}
