/**
 * Where a worker's code lies: next to the source when run from source (tests, benchmarks), next to the bundle when
 * bundled. `esbuild.mjs` builds each worker under the name given here.
 */
export function workerUrl(moduleUrl: string, sourceFile: string, bundleName: string): URL {
  return new URL(moduleUrl.endsWith(".ts") ? sourceFile : `./${bundleName}.mjs`, moduleUrl);
}
