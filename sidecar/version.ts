/** The product's version: esbuild writes it into the bundles; from source it is unknown. */
declare const TACIT_VERSION: string | undefined;

export const VERSION = typeof TACIT_VERSION === "string" ? TACIT_VERSION : "0.0.0-source";
